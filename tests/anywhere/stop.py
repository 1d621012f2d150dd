"""The stop button in the real kernel: asynchronous work ends soon with what it has, synchronous work normally, variables live.

    python3 tests/anywhere/stop.py DENO ADDRESS_OF_MOD_TS
"""
import re
import sys
import time

from kernel import Checks, Kernel, text

SOON = 0.5  # seconds from the button to the end of the cell
SIGN_OF_LIFE = 0.2  # seconds to the first progress
deno, address = sys.argv[1:]
checks = Checks()
kernel = Kernel(deno)
run = kernel.run


def counting(outputs):
    """Some of the fits are done."""
    return any(int(done) >= 20 for done in re.findall(r"(\d+) of 20000", text(outputs)))


def searching(outputs):
    return any("log-likelihood" in output["text"] for output in outputs)


def pausing(outputs):
    """A step of the search was told half a second ago, so that the next evaluation is under way."""
    told = [output["after"] for output in outputs if "log-likelihood" in output["text"]]
    return bool(told) and time.time() - began > told[0] + 0.5


run(
    f'import {{ bootstrap, bootstrapTest, dataset, fit, fitAsync, pl, setSeed, simulateResidualsAsync }} from "{address}";\n'
    'const children = await dataset("Contraception");\n'
    'const whole = fit("use ~ age + urban + (1 | district)", children, { family: "binomial" });\n'
    'const part = fit("use ~ age + (1 | district)", children, { family: "binomial" });\n'
    # enough rows that a fit takes seconds
    "const n = 60000, rows = Array.from({ length: n }, (_, i) => i), noise = setSeed(1).rnorm(n);\n"
    "const big = pl.DataFrame({ y: rows.map((i) => Math.max(0, Math.round(2 + noise[i] + Math.sin(i % 500)))),\n"
    "  x: rows.map((i) => Math.sin(i)), g: rows.map((i) => `g${i % 500}`), h: rows.map((i) => `h${(i * 7) % 90}`) });\n"
    # two factors crossed at random: one evaluation takes seconds
    "const { runif } = setSeed(2), cell = () => runif(14000, 0, 1400).map((v) => `l${Math.floor(v)}`);\n"
    "const crossed = pl.DataFrame({ y: runif(14000, 0, 5).map(Math.floor), a: cell(), b: cell() });"
)

for call in (
    "bootstrap(whole, { n: 20000 })",
    "bootstrapTest(part, whole, { n: 10000 })",
    "simulateResidualsAsync(whole, { n: 20000 })",
):
    name = call.split("(")[0]
    outputs, seconds = run(f"const {name}Stopped = await {call};", interrupt_when=counting)
    first = min((output["after"] for output in outputs if output["kind"] == "display_data"), default=float("inf"))
    checks.that(f"{name}: progress within {SIGN_OF_LIFE} s", first < SIGN_OF_LIFE, first)
    checks.that(f"{name}: ends within {SOON} s of the stop button", seconds < SOON, seconds)
    outputs, _ = run(f"{name}Stopped")
    shown = "".join(str(output.get("data", {}).get("text/html", "")) for output in outputs) + text(outputs)
    checks.that(f"{name}: says how far it came", "Stopped: " in shown, text(outputs))
    outputs, _ = run(f"{name}Stopped.height")
    checks.that(f"{name}: gives what it has", text(outputs).strip().isdigit() and int(text(outputs)) > 0, text(outputs))

model = 'const model = await fitAsync("y ~ x + (x | g) + (1 | h)", big, { family: "nbinom2" });\nmodel.messages[0]'
outputs, seconds = run(model, interrupt_when=searching)
first = min((output["after"] for output in outputs if output["kind"] == "display_data"), default=float("inf"))
checks.that(f"fitAsync: progress within {SIGN_OF_LIFE} s", first < SIGN_OF_LIFE, first)
checks.that("fitAsync: says how far it came", "Stopped after" in text(outputs), text(outputs))
checks.that(f"fitAsync: ends within {SOON} s of the stop button", seconds < SOON, seconds)
outputs, _ = run("[model.converged, Number.isFinite(model.logLik), model.nobs]")
checks.that("fitAsync: gives the model where it was", text(outputs) == "[ false, true, 60000 ]", text(outputs))

began = time.time()
slow = 'const slowest = await fitAsync("y ~ 1 + (1 | a) + (1 | b)", crossed, { family: "poisson" });\nslowest.messages[0]'
outputs, seconds = run(slow, interrupt_when=pausing)
first = min((output["after"] for output in outputs if output["kind"] == "display_data"), default=float("inf"))
checks.that(f"fitAsync with evaluations of seconds: progress within {SIGN_OF_LIFE} s", first < SIGN_OF_LIFE, first)
checks.that(f"fitAsync with evaluations of seconds: ends within {SOON} s", seconds < SOON, seconds)
checks.that("fitAsync with evaluations of seconds: says how far it came", "Stopped after" in text(outputs), text(outputs))

outputs, _ = run('(await fitAsync("use ~ age * urban * livch + (1 | district)", children, { family: "binomial", quadrature: 51 })).converged')
checks.that("progress covers the standard errors", "standard errors, " in text(outputs), text(outputs))

begun = time.time()
late = lambda _: time.time() - begun > 0.3
outputs, _ = run('const slow = fit("y ~ x + (1 | g)", big, { family: "nbinom2" });\nslow.converged', interrupt_when=late)
checks.that("fit: ends normally", "true" in text(outputs), text(outputs))
checks.that("fit: says what can be stopped", "await fitAsync" in text(outputs), text(outputs))

run('const means = await import("' + address + '").then(({ emmeans }) => emmeans(whole, "~ urban"));')
for code, name in (("means.", "estimate"), ("means.pl", "plot"), ("means.fil", "filter"), ("whole.conv", "converged")):
    checks.that(f"the Tab key after {code} offers {name}", name in kernel.complete(code), kernel.complete(code))

kernel.manager.interrupt_kernel()
time.sleep(0.5)
outputs, _ = run("[whole.converged, big.height]")
checks.that("variables live, also after a stop button without work", text(outputs) == "[ true, 60000 ]", text(outputs))
checks.that("the kernel lives", kernel.alive())
begun = time.time()
kernel.close()
checks.that("the kernel ends when it is told to", time.time() - begun < 5, time.time() - begun)
checks.end("stop")
