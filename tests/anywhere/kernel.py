"""The real Deno kernel for tests: in an empty folder, with a specification of its own, and a list of checks."""
import json
import os
import shutil
import tempfile
import time
from pathlib import Path
from queue import Empty

from jupyter_client.manager import KernelManager


def install_kernel(folder, deno):
    """Writes a kernel specification of its own, so that the user's Jupyter is left alone."""
    spec = Path(folder) / "kernels" / "deno"
    spec.mkdir(parents=True)
    kernel = {
        "argv": [deno, "jupyter", "--kernel", "--conn", "{connection_file}"],
        "display_name": "Deno",
        "language": "typescript",
        "env": {"NO_COLOR": "1"},
    }
    (spec / "kernel.json").write_text(json.dumps(kernel))
    os.environ["JUPYTER_PATH"] = str(folder)


class Kernel:
    """A running kernel whose folder is empty."""

    def __init__(self, deno):
        self.folder = Path(tempfile.mkdtemp())
        install_kernel(self.folder / "jupyter", deno)
        (self.folder / "empty").mkdir()
        self.manager = KernelManager(kernel_name="deno")
        self.manager.start_kernel(cwd=str(self.folder / "empty"))
        self.client = self.manager.client()
        self.client.start_channels()
        self.client.wait_for_ready(timeout=60)

    def run(self, code, interrupt_when=None, timeout=120):
        """Runs a cell. Interrupts it once `interrupt_when(outputs)` is true. Returns its outputs, and seconds from the interruption
        (or the start) to its end."""
        begun, idle, interrupted, outputs = time.time(), None, None, []
        message = self.client.execute(code)
        while time.time() - begun < timeout:
            if interrupt_when and not interrupted and interrupt_when(outputs):
                interrupted = time.time()
                self.manager.interrupt_kernel()
            try:
                reply = self.client.get_iopub_msg(timeout=0.02)
            except Empty:
                if idle and time.time() - idle > 0.3:  # the kernel may send the last outputs after it says that it is idle
                    break
                continue
            if reply["parent_header"].get("msg_id") != message:
                continue
            kind, content = reply["msg_type"], reply["content"]
            if kind == "status" and content["execution_state"] == "idle":
                idle = time.time()
            elif kind == "stream":
                outputs.append({"kind": kind, "text": content["text"], "after": time.time() - begun})
            elif kind == "error":
                outputs.append({"kind": kind, "text": content["evalue"], "after": time.time() - begun})
            elif "data" in content:
                text = content["data"].get("text/plain", "")
                outputs.append({"kind": kind, "text": text, "data": content["data"], "after": time.time() - begun})
        return outputs, (idle or float("inf")) - (interrupted or begun)

    def complete(self, code):
        """What the Tab key offers at the end of the code."""
        message = self.client.complete(code, len(code))
        while True:
            reply = self.client.get_shell_msg(timeout=10)
            if reply["parent_header"].get("msg_id") == message:
                return reply["content"]["matches"]

    def alive(self):
        return self.manager.is_alive()

    def close(self):
        self.client.stop_channels()
        self.manager.shutdown_kernel()
        shutil.rmtree(self.folder, ignore_errors=True)


def text(outputs):
    return "\n".join(output["text"] for output in outputs)


class Checks:
    """Counts what holds and what does not."""

    passed = failed = 0

    def that(self, name, holds, seen=""):
        print(("ok   " if holds else "FAIL ") + name + ("" if holds else f"\n     {str(seen)[:600]}"), flush=True)
        if holds:
            self.passed += 1
        else:
            self.failed += 1

    def end(self, name):
        print(f"{name}: {self.passed} passed, {self.failed} failed")
        raise SystemExit(1 if self.failed else 0)
