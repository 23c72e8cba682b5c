"""Writes the fixture of clusters by density with scikit-learn: python3 test/parity/make-cluster-fixtures.py

scikit-learn counts a point among its own neighbours, so that its min_samples is one more than the original's. Coordinates are
rounded before they are used, so that they are exact in the JSON text. Equal distances make the clusters depend on the order of the
points; such drawings are passed over.
"""

import json
import pathlib
import platform

import numpy
import sklearn
from sklearn.cluster import HDBSCAN

FIXTURES = pathlib.Path(__file__).parent / "fixtures"
VERSIONS = {"python": platform.python_version(), "numpy": numpy.__version__, "scikit-learn": sklearn.__version__}


def draw_points(generator, dimensions):
    """Groups of unequal size and density, two of them near one another, among scattered points."""
    centres = generator.normal(size=(9, dimensions)) * 6
    centres[1] = centres[0] + 1.5 / numpy.sqrt(dimensions)
    groups = [
        centre + generator.normal(size=(size, dimensions)) * spread
        for centre, size, spread in zip(centres, [40, 25, 30, 12, 8, 5, 4, 3, 3], [0.3, 0.2, 0.8, 0.2, 0.1, 0.3, 0.1, 0.2, 0.05])
    ]
    scattered = generator.uniform(-14, 14, size=(30, dimensions))
    return numpy.round(numpy.concatenate([*groups, scattered]), 3).astype(numpy.float32).astype(numpy.float64)


def cluster(points, smallest, nearest):
    fitted = HDBSCAN(min_cluster_size=smallest, min_samples=nearest + 1, algorithm="brute", copy=True).fit(points)
    return [int(label) for label in fitted.labels_]


def groups(labels):
    return sorted(tuple(numpy.flatnonzero(labels == label)) for label in set(labels) - {-1})


def depends_on_order(points, smallest, nearest):
    labels = numpy.array(cluster(points, smallest, nearest))
    for seed in range(20):
        order = numpy.random.default_rng(seed).permutation(len(points))
        again = numpy.empty_like(labels)
        again[order] = cluster(points[order], smallest, nearest)
        if groups(again) != groups(labels):
            return True
    return False


cases = []
for dimensions, smallest, nearest in [(2, 3, 3), (10, 3, 3), (3, 5, 3), (2, 5, 1), (10, 10, 5)]:
    drawings = (draw_points(numpy.random.default_rng(seed), dimensions) for seed in range(100))
    points = next(points for points in drawings if not depends_on_order(points, smallest, nearest))
    labels = cluster(points, smallest, nearest)
    places = [float(f"{value:.6g}") for value in points.reshape(-1)]
    cases.append({"dimensions": dimensions, "smallest": smallest, "nearest": nearest, "places": places, "labels": labels})
    print(dimensions, len(labels), len(set(labels) - {-1}), labels.count(-1))
text = json.dumps({"versions": VERSIONS, "cases": cases}, separators=(",", ":")).replace('{"dim', '\n{"dim') + "\n"
(FIXTURES / "clusters.json").write_text(text)
