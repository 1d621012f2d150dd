"""A notebook in an empty folder, executed by the real kernel: it imports by path and by address, and its figures survive exports.

    python3 tests/anywhere/notebooks.py DENO PATH_OF_TEMPLATE_BY_PATH PATH_OF_TEMPLATE_BY_ADDRESS
"""
import re
import sys
import tempfile
from pathlib import Path

import nbformat
from kernel import Checks, install_kernel
from nbconvert import HTMLExporter, LatexExporter, PDFExporter

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "notebooks"))
from execute import PatientClient  # noqa: E402

FIGURES = 3  # that the template has at least
MOST = 200_000  # characters of a figure, in all its forms

deno, *notebooks = sys.argv[1:]
checks = Checks()
jupyter = tempfile.mkdtemp()
install_kernel(jupyter, deno)


def execute(path):
    """Alone in a folder of its own."""
    folder = Path(tempfile.mkdtemp())
    notebook = nbformat.read(path, as_version=4)
    PatientClient(notebook, kernel_name="deno", timeout=120, resources={"metadata": {"path": str(folder)}}).execute()
    nbformat.write(notebook, folder / "own.ipynb")
    return nbformat.read(folder / "own.ipynb", as_version=4)


def figures_of(notebook):
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    return [output.data for output in outputs if "<img " in output.get("data", {}).get("text/html", "")]


for how, path in zip(("path", "address"), notebooks):
    try:
        notebook = execute(path)
    except Exception as error:  # noqa: BLE001: whatever the kernel says is the finding
        checks.that(f"import by {how}: runs in an empty folder", False, error)
        continue
    figures = figures_of(notebook)
    checks.that(f"import by {how}: runs in an empty folder and has figures", len(figures) >= FIGURES, len(figures))

inside = r'<object type="image/svg\+xml" data="data:image/svg\+xml,[^"]+"[^>]*><img src="data:image/svg\+xml,[^"]+"[^>]*></object>'
checks.that("a figure that tells its rows is an image inside an object", any(re.search(inside, data["text/html"]) for data in figures))
checks.that("a figure is a PNG, too", all(data.get("image/png", "").startswith("iVBORw0KGgo") for data in figures))
sizes = [len(data["text/html"]) + len(data["image/png"]) for data in figures]
checks.that("a figure is small in all its forms", max(sizes) < MOST, sizes)

html, _ = HTMLExporter().from_notebook_node(notebook)
checks.that("nbconvert to HTML keeps every figure", html.count('<img src="data:image/svg+xml,') == len(figures))
latex, resources = LatexExporter().from_notebook_node(notebook)
pictures = [name for name in resources["outputs"] if name.endswith(".png")]
checks.that("nbconvert to LaTeX has every figure as PNG", latex.count(r"\adjustimage") == len(figures) == len(pictures), pictures)
pdf, _ = PDFExporter().from_notebook_node(notebook)  # by XeLaTeX, each figure an image inside
checks.that("nbconvert to PDF holds every figure", pdf.startswith(b"%PDF") and pdf.count(b"/Subtype/Image") >= len(figures), pdf.count(b"/Subtype/Image"))
checks.end("notebooks")
