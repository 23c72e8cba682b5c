"""Writes fixtures/neuron-basis.json with NumPy and SciPy in float64: python3 test/parity/make-neuron-basis-fixtures.py

Entries lie on a grid of 1/256, so that they are exact in float32; results are rounded to 9 significant digits.
"""

import json
import pathlib
import platform

import numpy
import scipy
from scipy.stats import kurtosis

FIXTURE = pathlib.Path(__file__).parent / "fixtures" / "neuron-basis.json"
WIDTH, OUTPUT, ROWS = 24, 6, 7


def grid(values):
    return numpy.round(values * 256) / 256


def tensor(values):
    return {"shape": list(values.shape), "data": [float(f"{value:.9g}") for value in values.ravel()]}


def null_shares(rows, matrix):
    """Share of each row's squared norm outside the span of the matrix's columns, from its singular vectors."""
    left, singular, _ = numpy.linalg.svd(matrix, full_matrices=False)
    basis = left[:, singular > singular[0] * 1e-10]
    return basis.shape[1], 1 - ((rows @ basis) ** 2).sum(1) / (rows**2).sum(1)


def main():
    random = numpy.random.default_rng(11)
    rows = grid(random.standard_normal((ROWS, WIDTH)))
    rows[0] = 0
    rows[0, 5] = 1
    rows[1] = grid(random.laplace(size=WIDTH))
    matrices = {"full": grid(random.standard_normal((WIDTH, OUTPUT)))}
    dependent = matrices["full"].copy()
    dependent[:, 3] = 2 * dependent[:, 0] - dependent[:, 1]
    dependent[:, 4] = 0
    matrices["dependent"] = dependent
    cases = []
    for name, matrix in matrices.items():
        rank, shares = null_shares(rows, matrix)
        cases.append({"name": name, "matrix": tensor(matrix), "rank": rank, "nullShares": tensor(shares)})
    fixture = {
        "versions": {"python": platform.python_version(), "numpy": numpy.__version__, "scipy": scipy.__version__},
        "rows": tensor(rows),
        "kurtosis": tensor(kurtosis(rows, axis=1)),
        "matrices": cases,
    }
    FIXTURE.write_text(json.dumps(fixture, indent=1) + "\n")


main()
