"""Executes the notebooks with the real Deno kernel and compares the outputs with those committed, or stores them.

    python3 tests/notebooks/execute.py [--write] [--folder notebooks] [--deno deno] [notebook.ipynb ...]

Without names all notebooks of the folder are executed. Exit status 1 if one fails or differs.
"""
import argparse
import asyncio
import difflib
import json
import os
import re
import shutil
import sys
import tempfile
from pathlib import Path
from queue import Empty

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionComplete, CellExecutionError

ROOT = Path(__file__).resolve().parents[2]
COMPARED = ("text/plain", "text/html", "text/markdown", "text/latex", "image/svg+xml")


class PatientClient(NotebookClient):
    """The Deno kernel may report "idle" before the last outputs of a cell: goes on listening for a moment."""

    linger = 0.15

    async def _async_poll_output_msg(self, parent_msg_id, cell, cell_index):
        idle = False
        while True:
            try:
                msg = await self.kc.iopub_channel.get_msg(timeout=self.linger if idle else None)
            except Empty:
                return
            if msg["parent_header"].get("msg_id") != parent_msg_id:
                continue
            try:
                self.process_message(msg, cell, cell_index)
            except CellExecutionComplete:
                idle = True


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
    os.environ["JUPYTER_PATH"] = os.pathsep.join([str(folder), os.environ.get("JUPYTER_PATH", "")]).rstrip(os.pathsep)


async def execute(path, cell_timeout):
    """Runs all cells of one notebook in a new kernel; the kernel's working directory is the notebook's."""
    notebook = nbformat.read(path, as_version=4)
    client = PatientClient(
        notebook,
        kernel_name="deno",
        timeout=cell_timeout,
        iopub_timeout=60,
        record_timing=False,
        resources={"metadata": {"path": str(path.parent)}},
    )
    await client.async_execute()
    return notebook


def normal(text):
    """Text without what differs from run to run: durations, identifiers, colours, trailing space, rounding errors."""
    text = re.sub(r"\x1b\[[0-9;]*m", "", text)
    text = re.sub(r"\b\d+(\.\d+)?\s?(ns|µs|ms|s|min)\b", "<time>", text)
    text = re.sub(r"\b\d+ MiB of memory\b", "<memory>", text)
    text = re.sub(r"\b(plot-[0-9a-f]{4,}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})\b", "<id>", text)
    text = re.sub(r"data:image/png;base64,[A-Za-z0-9+/=]+", "<png>", text)  # its text is drawn in a font of the machine
    text = re.sub(r"(gradient is) \d\S* (standard errors)", r"\1 <small> \2", text)
    return "\n".join(line.rstrip() for line in text.strip().splitlines())


def has_content(output):
    """Progress that has ended leaves an output without text, if the work took long enough to show any."""
    return output.output_type != "display_data" or any(output.data.values())


def outputs_as_text(notebook):
    """What a reader sees, cell by cell, as lines that can be compared."""
    lines = []
    for number, cell in enumerate(notebook.cells):
        if cell.cell_type != "code":
            continue
        lines.append(f"### cell {number}: {(cell.source.strip().splitlines() or [''])[0][:80]}")
        stream = ""
        for output in filter(has_content, cell.outputs):
            if output.output_type == "stream":
                stream += output.text
            elif output.output_type == "error":
                lines += ["[error]", *normal(f"{output.ename}: {output.evalue}").splitlines()]
            else:
                for kind in COMPARED:
                    if kind in output.data:
                        content = output.data[kind]
                        content = "".join(content) if isinstance(content, list) else content
                        lines += [f"[{kind}]", *normal(content).replace("><", ">\n<").splitlines()]
        if stream:
            lines += ["[printed]", *normal(stream).splitlines()]
    return lines


def tidy(notebook):
    """Drops what changes from run to run and says nothing to readers, before a notebook is stored."""
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)
        if cell.cell_type == "code":
            cell.outputs = [output for output in cell.outputs if has_content(output)]
        for output in cell.get("outputs", []):
            output.get("metadata", {}).pop("execution", None)
    notebook.metadata["kernelspec"] = {"display_name": "Deno", "language": "typescript", "name": "deno"}
    notebook.metadata["language_info"] = {
        "file_extension": ".ts",
        "mimetype": "text/x.typescript",
        "name": "typescript",
    }
    return notebook


async def check(path, options, turn):
    """Executes one notebook; returns whether all is well, and a report."""
    async with turn:
        committed = outputs_as_text(nbformat.read(path, as_version=4))
        try:
            notebook = await execute(path, options.timeout)
        except CellExecutionError as error:
            return False, f"{path.name}: a cell failed\n{error}"
        except Exception as error:  # noqa: BLE001: kernel died, time-out: report, go on with the others
            return False, f"{path.name}: {type(error).__name__}: {error}"
    if options.write:
        nbformat.write(tidy(notebook), path)
        return True, f"{path.name}: executed and stored"
    difference = list(difflib.unified_diff(committed, outputs_as_text(notebook), "committed", "now", lineterm="", n=2))
    if not difference:
        return True, f"{path.name}: same outputs"
    shown = [line[:240] for line in difference[:60]]
    more = len(difference) - len(shown)
    return False, "\n".join([f"{path.name}: outputs differ", *shown, *([f"… {more} more lines"] if more else [])])


async def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("notebooks", nargs="*", type=Path)
    parser.add_argument("--write", action="store_true", help="store the outputs instead of comparing them")
    parser.add_argument("--folder", type=Path, default=ROOT / "notebooks")
    parser.add_argument("--deno", default=shutil.which("deno"))
    parser.add_argument("--timeout", type=int, default=600, help="seconds per cell")
    parser.add_argument("--jobs", type=int, default=2, help="notebooks at a time")
    options = parser.parse_args()
    if not options.deno:
        sys.exit("Cannot find deno: put it on PATH, or name it with --deno")
    paths = [path.resolve() for path in options.notebooks] or sorted(options.folder.resolve().glob("*.ipynb"))
    with tempfile.TemporaryDirectory() as folder:
        install_kernel(folder, options.deno)
        turn = asyncio.Semaphore(options.jobs)
        results = await asyncio.gather(*(check(path, options, turn) for path in paths))
    for fine, report in results:
        print(("ok   " if fine else "FAIL ") + report)
    failed = sum(not fine for fine, _ in results)
    print(f"notebooks: {len(results) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
