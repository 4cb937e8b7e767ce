#!/usr/bin/env python3
"""The tests of python/onehot.py, which tests/test_python.c runs one group at a time.

    ONEHOT=build/default/onehot tests/python.py GROUP

Exit status: 0 if all passed, 1 if not, 77 if the group needs a package that is not installed."""

import copy
import doctest
import importlib.util
import json
import locale
import os
import pickle
import re
import subprocess
import sys
import tempfile
import threading
import unittest
import warnings

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
ONEHOT = os.path.abspath(os.environ.get("ONEHOT", os.path.join(ROOT, "build/default/onehot")))
LIBRARY = os.path.join(os.path.dirname(ONEHOT), "libonehot.so.0")
GROUP = sys.argv[1] if len(sys.argv) == 2 else ""
NEEDS = {"Lists": [], "Arrays": ["numpy"], "Digits": ["numpy"], "ScikitLearn": ["sklearn"],
         "Document": ["numpy"]}

if GROUP not in NEEDS:
    sys.exit("usage: tests/python.py " + "|".join(NEEDS))
missing = [name for name in NEEDS[GROUP] if not importlib.util.find_spec(name)]
if missing:
    print(f"{sys.executable} without {' and '.join(missing)}")
    sys.exit(77)
if GROUP == "Lists":
    sys.modules["numpy"] = None  # as if it were not installed
sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(ROOT, "python"))
os.environ["ONEHOT_LIBRARY"] = LIBRARY
os.chdir(ROOT)

import onehot

np = onehot.np

# Three classes of points: not linearly separable.
POINTS = [[x / 4, y / 4] for x in range(-8, 9) for y in range(-8, 9)]
LABELS = [int(x * y > 0) + int(x > 1) for x, y in POINTS]


class Case(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)

    def path(self, name):
        return os.path.join(self.folder.name, name)

    def refused(self, sentence, function, *arguments, kind=onehot.InputError, **more):
        with self.assertRaises(kind) as raised:
            function(*arguments, **more)
        self.assertIn(sentence, str(raised.exception))

    def train(self, *arguments):
        """Trains by the command line, and returns the bytes of the model file."""
        run = subprocess.run([ONEHOT, "train", *arguments, "output=" + self.path("run"), "--quiet"],
                             stderr=subprocess.PIPE, universal_newlines=True)
        self.assertEqual((run.returncode, run.stderr), (0, ""))
        with open(self.path("run/model.safetensors"), "rb") as f:
            return f.read()

    def model(self, classifier):
        """The bytes of its model file."""
        classifier.save(self.path("saved"))
        with open(self.path("saved"), "rb") as f:
            return f.read()


class Lists(Case):
    """What works without NumPy."""

    def test_a_classifier_learns_from_lists_and_predicts_lists(self):
        X, y = [[0, 0], [0, 1], [1, 0], [1, 1]], ["same", "different", "different", "same"]
        c = onehot.Classifier(train__epochs=100).fit(X, y)
        self.assertEqual(c.predict(X), y)
        self.assertEqual(c.classes_, ["different", "same"])
        self.assertEqual(c.n_features_in_, 2)
        self.assertEqual(c.score(X, y), 1)
        self.assertEqual(c.score(X, ["same"] * 4), 0.5)
        for row, logs in zip(c.predict_proba(X), c.predict_log_proba(X)):
            self.assertAlmostEqual(sum(row), 1, places=6)
            self.assertLess(max(logs), 0)

    def test_labels_of_any_kind_come_back(self):
        for labels in ([7, -1, 3], ["b", "a", "ä"], [True, False, True], [1.0, 2.0, 5.0]):
            c = onehot.Classifier(train__epochs=300).fit([[0], [1], [2]], labels)
            self.assertEqual(c.predict([[0], [1], [2]]), labels)
            self.assertEqual(c.classes_, sorted(set(labels)))

    def test_samples_may_have_several_labels(self):
        X, y = [[0, 0], [0, 1], [1, 0], [1, 1]], [[0, 0], [1, 0], [1, 0], [1, 1]]
        c = onehot.Classifier(train__epochs=200).fit(X, y, validation=(X, y))
        self.assertEqual(c.predict(X), y)
        self.assertEqual(c.score(X, y), 1)
        self.assertEqual(c.history_[-1]["validation_accuracy"], 1)

    def test_one_output_may_stand_for_two_classes(self):
        config = {"model": [{"type": "linear", "units": 1}],
                  "loss": {"type": "sigmoid_cross_entropy"}}
        c = onehot.Classifier(config, train__epochs=20).fit([[-1], [1]], ["no", "yes"])
        self.assertEqual(c.predict([[-3], [2]]), ["no", "yes"])

    def test_a_csv_file_and_its_rows_give_the_same_bytes(self):
        with open(self.path("t.csv"), "w") as f:
            f.write("x0,x1,label\n")
            f.writelines(f"{x!r},{y!r},{k}\n" for (x, y), k in zip(POINTS, LABELS))
        # test_share is part of the config, although nothing is drawn from arrays
        settings = {"train.epochs": 2, "data.test_share": 0, "data.scaling": "standardize",
                    "data.validation": 20, "model.2.units": 3}
        bytes = self.train("configs/mnist.json", "data.path=" + self.path("t.csv"),
                           *(f"{key}={value}" for key, value in settings.items()))
        for config in (None, "configs/mnist.json"):
            c = onehot.Classifier(config, **{k.replace(".", "__"): v for k, v in settings.items()})
            self.assertEqual(self.model(c.fit(POINTS, LABELS)), bytes)
        c.set_params(data__path=self.path("t.csv"))
        self.assertEqual(self.model(c.fit()), bytes)
        loaded = onehot.Classifier.load(self.path("run"))
        self.assertEqual(loaded.predict_proba(POINTS), c.predict_proba(POINTS))
        self.assertEqual(loaded.classes_, [0, 1, 2])
        self.assertEqual(self.model(loaded.fit(POINTS, LABELS)), bytes)

    def test_images_from_memory_give_the_bytes_of_their_folder(self):
        bytes = self.train("tests/small.json", "train.epochs=1")
        data = onehot.Dataset("tests/data/mnist-small")
        X, y = data.train
        c = onehot.Classifier("tests/small.json", train__epochs=1)
        self.assertEqual(self.model(c.fit(data)), bytes)
        self.assertEqual(self.model(c.fit(X, y, test=data.test)), bytes)
        flat = memoryview(b"".join(x.tobytes() for x in X)).cast("B", (len(X), *X[0].shape))
        self.assertEqual(self.model(c.fit(flat, y, test=data.test)), bytes)
        self.assertEqual(self.model(c.fit()), bytes)
        self.assertEqual(c.predict(flat), c.predict(X))

    def test_a_dataset_with_several_labels_has_them_all(self):
        data = onehot.Dataset("tests/data/several-small")
        X, y = data.train
        self.assertEqual({len(row) for row in y}, {10})
        self.assertNotEqual({sum(row) for row in y}, {1})
        a, b = onehot.Classifier(train__epochs=1), onehot.Classifier(train__epochs=1)
        self.assertEqual(a.fit(data).sha256_, b.fit(X, y, test=data.test).sha256_)

    def test_names_of_columns_and_classes_are_in_the_model(self):
        c = onehot.Classifier(train__epochs=1).fit(*onehot.Dataset("toy:moons").train)
        d = onehot.Classifier(train__epochs=1).fit(onehot.Dataset("toy:moons"))
        self.assertFalse(hasattr(c, "feature_names_in_"))
        self.assertEqual(d.feature_names_in_, onehot.Dataset("toy:moons").columns)

    def test_copies_and_pickles_predict_the_same_bits(self):
        c = onehot.Classifier(train__epochs=2).fit(POINTS, [str(k) for k in LABELS])
        c.save(self.path("m"))
        for d in (copy.copy(c), copy.deepcopy(c), pickle.loads(pickle.dumps(c)),
                  onehot.Classifier.load(self.path("m"))):
            self.assertEqual(d.predict_proba(POINTS), c.predict_proba(POINTS))
            self.assertEqual(d.sha256_, c.sha256_)
        self.assertEqual(pickle.loads(pickle.dumps(c)).predict(POINTS), c.predict(POINTS))
        new = pickle.loads(pickle.dumps(onehot.Classifier(seed=3)))
        self.assertEqual(repr(new), "Classifier(seed=3)")

    def test_settings_are_keys_of_the_config(self):
        c = onehot.Classifier(optimizer__learning_rate=0.5, optimizer={"type": "adamw"}, seed=None)
        c.set_params(train__epochs=1, threads=1)
        self.assertEqual(c.get_params(), {
            "config": None, "threads": 1, "optimizer__learning_rate": 0.5,
            "optimizer": {"type": "adamw"}, "seed": None, "train__epochs": 1})
        c.fit(POINTS, LABELS)
        c.save(self.path("m"))
        config = onehot.Classifier.load(self.path("m")).config
        self.assertEqual(config["optimizer"], {"type": "adamw", "learning_rate": 0.5})
        self.assertEqual(config["seed"], 42)
        self.assertEqual(len(c.history_), 1)
        text = json.dumps({"seed": 5, "model": [{"type": "linear", "units": 3}]})
        self.assertEqual(onehot.Classifier(text).fit(POINTS, LABELS).sha256_,
                         onehot.Classifier(json.loads(text)).fit(POINTS, LABELS).sha256_)

    def test_the_default_config_is_that_of_mnist(self):
        with open("configs/mnist.json") as f:
            self.assertEqual(onehot.DEFAULT, json.load(f))
        with open("VERSION") as f:
            self.assertEqual(onehot.__version__, f.read().strip())

    def test_wrong_input_is_refused_in_a_sentence(self):
        X, y, nan = [[0, 0], [0, 1], [1, 0]], [0, 1, 1], float("nan")
        fit, fitted = onehot.Classifier().fit, onehot.Classifier(train__epochs=1).fit(X, y)
        self.refused("X is None; give the samples", fit)
        self.refused("requires y to be passed", fit, X)
        self.refused("X has 3 samples, but y has 2", fit, X, y[:2])
        self.refused("row 1 of X has 1 numbers, but row 0 has 2", fit, [[0, 0], [1]], y)
        self.refused("beyond float32 in row 2, column 1;", fit, [[0, 0], [0, 1], [1, 1e39]], y)
        self.refused("beyond float32 in row 0, column 0;", fit, [[nan, 0], [0, 1], [1, 1]], y)
        self.refused("Expected 2D array, got 1D", fit, [1, 2, 3], y)
        self.refused("Expected 2D array, got str", fit, "abc", y)
        self.refused("Expected 2D array, got 1D", fit, [], [])
        self.refused("0 feature(s) (shape=(1, 0))", fit, [[]], [0])
        self.refused("y has one class, '1'", fit, X, [1, 1, 1])
        self.refused("Unknown label type: continuous", fit, X, [0, 0.5, 1])
        self.refused("Unknown label type: continuous", fit, X, [0, nan, 1])
        self.refused("Unknown label type: the labels cannot be sorted", fit, X, [0, "a", 1])
        self.refused("or 0 and 1 for each class", fit, X, [[0, 1], [1, 2], [1, 1]])
        self.refused("has a control character", fit, X, ["a", "a\0b", "a"])
        self.refused('the name of class 0, "", has a control character', fit, X, ["", "a", "a"])
        self.refused("y has the label 2, which the training set does not have", fit, X, y,
                     validation=(X, [0, 1, 2]))
        self.refused("X has 1 features, but Classifier is expecting 2", fit, X, y,
                     test=([[1]], [0]))
        self.refused("sample_weight is not supported; loss__class_weights", fit, X, y,
                     sample_weight=[1, 1, 1])
        self.refused("unexpected keyword argument 'weights'", fit, X, y, weights=y, kind=TypeError)
        self.refused("a dataset has its own labels", fit, onehot.Dataset("toy:xor"), y)
        self.refused("is not fitted yet; call fit or load first", onehot.Classifier().predict, X)
        self.refused("X has 3 features, but Classifier is expecting 2", fitted.predict, [[1, 2, 3]])
        self.refused("X has 3 samples, but y has 1", fitted.score, X, [0])
        image = memoryview(bytes(8)).cast("B", (2, 2, 2))
        self.refused("expecting rows of numbers", fitted.predict, image)
        self.refused("expecting uint8 images, N x 2 x 2",
                     onehot.Classifier().fit(image, [0, 1]).predict, [[1, 2, 3, 4]])
        self.refused("of one size", fit, [image[0:1], image], [0, 1])
        self.refused("as in C, got '2 b'", fitted.export, "c", "2 b")
        self.refused('the form must be "c", with a name, or "onnx"', fitted.export, "pdf")

    def test_the_librarys_sentences_are_raised(self):
        def fit(config=None, **settings):
            onehot.Classifier(config, **settings).fit(POINTS, LABELS)

        self.refused('"train.epoch" is not a known key; did you mean "epochs"?', fit,
                     train__epoch=3)
        self.refused('"model.7.units" is not a key of the config', fit, model__7__units=3)
        self.refused('"optimizer.learning_rate" must be ', fit,
                     optimizer__learning_rate=-1)
        self.refused("threads must be 1 to 256, got 0", fit, threads=0)
        self.refused('config: "model" is missing', fit, {})
        self.refused("has 2 outputs, but the data has 3 classes", fit,
                     {"model": [{"type": "linear", "units": 2}]})
        self.refused("config: line 1, column 3: not valid JSON", fit, "{model")
        self.refused("nowhere.json: cannot be read: No such file", fit, "nowhere.json")
        self.refused("nowhere: there is no such dataset", onehot.Dataset, "nowhere")
        self.refused("configs/mnist.json: is not a safetensors file", onehot.Classifier.load,
                     "configs/mnist.json")
        with self.assertRaises(onehot.Error) as raised:
            fit(optimizer__learning_rate=1e9, data__scaling="unit", train__epochs=100)
        self.assertIn("not finite", str(raised.exception))
        self.assertNotIsInstance(raised.exception, ValueError)
        fitted = onehot.Classifier(train__epochs=1).fit(POINTS, LABELS)
        self.refused("/dev/full: cannot be written: No space left", fitted.save, "/dev/full",
                     kind=onehot.Error)

    def test_a_fit_that_fails_leaves_the_classifier_as_it_was(self):
        c = onehot.Classifier(train__epochs=3).fit(POINTS, LABELS)
        before, epochs = (c.sha256_, c.classes_, c.history_), []

        def interrupt(epoch, figures):
            epochs.append(epoch)
            if epoch == 2:
                raise KeyboardInterrupt

        with self.assertRaises(KeyboardInterrupt):
            c.fit(POINTS, [k + 5 for k in LABELS], on_epoch=interrupt)
        self.refused("y has one class", c.fit, POINTS, [1] * len(POINTS))
        self.assertEqual(epochs, [1, 2])
        self.assertEqual((c.sha256_, c.classes_, c.history_), before)

    def test_the_history_ends_with_early_stopping(self):
        figures = []
        c = onehot.Classifier(train__epochs=200, early_stopping__monitor="loss")
        c.fit(POINTS, LABELS, validation=(POINTS[::2], LABELS[::-2]),
              on_epoch=lambda n, f: figures.append(f))
        self.assertEqual(c.history_, figures)
        self.assertLess(len(figures), 200)
        self.assertEqual(list(figures[0]), list(onehot.FIGURES))

    def test_a_model_is_calibrated_and_exported(self):
        c = onehot.Classifier(train__epochs=5).fit(POINTS, LABELS)
        p, sha256 = c.predict_proba(POINTS), c.sha256_
        self.assertGreater(c.calibrate(POINTS, LABELS), 0)
        self.assertNotEqual(c.predict_proba(POINTS), p)
        self.assertNotEqual(c.sha256_, sha256)
        self.assertIn(b"points_predict_row", c.export("c", "points"))
        self.assertIn(c.sha256_.encode(), c.export("c", "points"))
        self.assertIn(b"Gemm", c.export("onnx"))

    def test_threads_with_another_locale_give_the_same_bytes(self):
        alone = [onehot.Classifier(seed=seed).fit(POINTS, LABELS) for seed in range(4)]
        shared = onehot.Classifier(model__0__units=2000, train__epochs=1).fit(POINTS, LABELS)
        results, before = {}, locale.setlocale(locale.LC_ALL)
        for name in ("de_DE.UTF-8", "fr_FR.UTF-8", "C"):
            try:
                locale.setlocale(locale.LC_ALL, name)
                break
            except locale.Error:
                pass
        self.addCleanup(locale.setlocale, locale.LC_ALL, before)

        def rows(i):
            return POINTS[i:] * 2

        def work(i):
            trained = onehot.Classifier(seed=i % 4, optimizer__learning_rate=0.2)
            trained.fit(POINTS, LABELS)
            p = {str(shared.predict_proba(rows(i))) for _ in range(20)}
            results[i] = trained.sha256_, p

        threads = [threading.Thread(target=work, args=(i,)) for i in range(8)]
        for t in threads:
            t.start()
        for t in threads:
            t.join()
        for i in range(8):
            wanted = alone[i % 4].sha256_, {str(shared.predict_proba(rows(i)))}
            self.assertTrue(results[i] == wanted)  # assertEqual would print all numbers

    def test_memory_is_freed(self):
        def megabytes():
            with open("/proc/self/statm") as f:
                return int(f.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6

        X, y = memoryview(bytes(500 * 40 * 40)).cast("B", (500, 40, 40)), [0, 1] * 250
        onehot.Classifier(train__epochs=1).fit(X, y)
        before = megabytes()
        for _ in range(50):  # each takes 0.8 MB for its data, and 0.8 MB for its model
            onehot.Classifier(train__epochs=1).fit(X, y)
        self.assertLess(megabytes() - before, 20)

    def test_a_library_that_is_missing_or_another_is_an_import_error(self):
        for library, sentence in (("/nowhere/libonehot.so.0", "set ONEHOT_LIBRARY to its path"),
                                  ("libm.so.6", "oh_version")):
            run = subprocess.run([sys.executable, "-c", "import onehot"], stderr=subprocess.PIPE,
                                 universal_newlines=True,
                                 env={"PYTHONPATH": "python", "ONEHOT_LIBRARY": library})
            last = run.stderr.strip().splitlines()[-1]
            self.assertTrue(last.startswith("ImportError: ") and sentence in last, run.stderr)


class Arrays(Case):
    """What NumPy adds."""

    def test_lists_and_arrays_of_every_type_give_the_same_bytes(self):
        program = ("import sys; sys.modules['numpy'] = None; import onehot, json; "
                   "X, y = json.load(sys.stdin); print(onehot.Classifier().fit(X, y).sha256_)")
        run = subprocess.run([sys.executable, "-c", program], input=json.dumps([POINTS, LABELS]),
                             stdout=subprocess.PIPE, universal_newlines=True,
                             env={**os.environ, "PYTHONPATH": "python"})
        lists = run.stdout.strip()
        X, y = np.array(POINTS), np.array(LABELS)
        frozen = X.copy()
        frozen.setflags(write=False)
        for a in (POINTS, X, X.astype(np.float32), X.astype(np.float16), X.astype(object), frozen,
                  np.asfortranarray(X), np.repeat(X, 2, axis=0)[::2], X.astype(">f8")):
            for b in (LABELS, y.astype(np.int8), y.astype(float), y.astype(object)):
                self.assertEqual(onehot.Classifier().fit(a, b).sha256_, lists)
        grid = (4 * X).astype(int)
        self.assertEqual(onehot.Classifier().fit(grid, y).sha256_,
                         onehot.Classifier().fit(grid.astype(np.int8), y).sha256_)

    def test_results_are_arrays(self):
        y = np.array(["a", "b", "c"])[LABELS]
        c = onehot.Classifier().fit(POINTS, y)
        self.assertEqual(c.predict(POINTS).dtype, y.dtype)
        self.assertEqual(c.predict_proba(POINTS).shape, (289, 3))
        self.assertEqual(c.predict_log_proba(POINTS).dtype, np.float32)
        self.assertIsInstance(c.score(POINTS, y), float)
        self.assertEqual(c.classes_.tolist(), ["a", "b", "c"])
        one = onehot.Classifier(model__2__units=1, loss={"type": "sigmoid_cross_entropy"})
        self.assertEqual(one.fit([[0], [1]], [3, 7]).predict([[-1], [2]]).tolist(), [3, 7])

    def test_colour_images_keep_their_shape(self):
        X = np.random.default_rng(0).integers(0, 256, (30, 5, 4, 3), dtype=np.uint8)
        y = np.arange(30) % 3
        c = onehot.Classifier(train__epochs=60).fit(X, y)
        self.assertEqual((c.n_features_in_, c.score(X, y)), (60, 1.0))
        self.assertTrue((c.predict(X[:, ::-1][:, ::-1]) == y).all())
        for wrong in (X[:, :4], X.reshape(30, -1), X[0], X[..., 0]):
            self.refused("5 x 4 x 3", c.predict, wrong)
        self.refused("images must be uint8", c.predict, X / 255)
        self.refused("images 1 or 3 channels", c.fit, X[..., :2], y)

    def test_names_of_columns_are_checked(self):
        class Frame:
            """What a DataFrame is to Classifier."""

            def __init__(self, rows, columns):
                self.rows, self.columns = np.array(rows), columns

            def __array__(self, dtype=None, copy=None):
                return self.rows if dtype is None else self.rows.astype(dtype)

        c = onehot.Classifier(data__test_share=0, train__epochs=1)
        c.fit(Frame(POINTS, ["länge", "b"]), LABELS)
        self.assertEqual(c.feature_names_in_.tolist(), ["länge", "b"])
        self.assertTrue((c.predict(Frame(POINTS, ["länge", "b"])) == c.predict(POINTS)).all())
        self.refused("column 0 of X is 'b', but 'länge' in training", c.predict,
                     Frame(POINTS, ["b", "länge"]))
        pickle.loads(pickle.dumps(c)).calibrate(POINTS, LABELS)
        with open(self.path("t.csv"), "w", encoding="utf-8") as f:
            f.write("länge,b,label\n")
            f.writelines(f"{x},{y},{k}\n" for (x, y), k in zip(POINTS, LABELS))
        self.assertEqual(self.model(c), self.train(
            "configs/mnist.json", "data.path=" + self.path("t.csv"), "data.test_share=0",
            "data.validation=0", "data.scaling=standardize", "model.2.units=3", "train.epochs=1"))
        c.fit(POINTS, LABELS)
        self.assertFalse(hasattr(c, "feature_names_in_"))

    def test_wrong_arrays_are_refused_in_a_sentence(self):
        X, y = np.array(POINTS), np.array(LABELS)
        fit = onehot.Classifier().fit
        self.refused("Complex data not supported", fit, X + 1j, y)
        self.refused("could not convert string to float", fit, np.array([["a"], ["b"]]), [0, 1])
        self.refused("0 sample(s) (shape=(0, 2))", fit, X[:0], y[:0])
        self.refused("inhomogeneous", fit, [[1, 2], [3]], [0, 1])
        for bad in (np.nan, np.inf, 0.5):
            for kind in (float, object):
                wrong = np.where(y > 0, bad, 0).astype(kind)
                self.refused("Unknown label type: continuous", fit, X, wrong)
        self.refused("y should be a 1d array", fit, X, y.reshape(-1, 17, 17))
        X[3, 1] = -np.inf
        self.refused("row 3, column 1", fit, X, y)
        with self.assertWarns(UserWarning):
            fit(POINTS, y.reshape(-1, 1))


class Digits(Case):
    """All of MNIST."""

    def test_images_in_arrays_give_the_golden_hashes(self):
        with open("tests/golden.json") as f:
            text = f.read()
        golden = dict(re.findall(r'"(configs/\w+.json)": "(\w{64})"', text))
        digits = onehot.Dataset("data/mnist")
        X, y = digits.train
        self.assertEqual((X.shape, X.dtype), ((60000, 28, 28), np.uint8))
        c = onehot.Classifier("configs/mnist.json").fit(X, y, test=digits.test)
        self.assertEqual(c.sha256_, golden["configs/mnist.json"])
        names = np.array([str(k) for k in range(10)])
        c = onehot.Classifier("configs/softmax.json")
        c.fit(X, names[y], test=(digits.test[0], names[digits.test[1]]))
        self.assertEqual(c.sha256_, golden["configs/softmax.json"])


class ScikitLearn(Case):
    """scikit-learn's conventions."""

    def test_check_estimator_passes(self):
        from sklearn.utils import estimator_checks

        if not hasattr(estimator_checks, "estimator_checks_generator"):
            self.skipTest("scikit-learn before 1.6 checks estimators that inherit from its own")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            for settings in ({}, {"threads": 1, "train__epochs": 10}):
                estimator_checks.check_estimator(onehot.Classifier(**settings), on_skip=None)

    def test_searches_pipelines_and_calibration_work(self):
        from sklearn.base import clone, is_classifier
        from sklearn.calibration import CalibratedClassifierCV
        from sklearn.exceptions import NotFittedError
        from sklearn.model_selection import GridSearchCV
        from sklearn.pipeline import make_pipeline
        from sklearn.preprocessing import MinMaxScaler

        X, y = np.array(POINTS), np.array(LABELS)
        c = onehot.Classifier(threads=1, optimizer={"type": "adamw"})
        self.assertTrue(is_classifier(c))
        self.assertEqual(clone(c).get_params(), c.get_params())
        self.refused("is not fitted yet", clone(c).predict, X, kind=NotFittedError)
        grid = {"classifier__train__epochs": [1, 30],
                "classifier__optimizer__learning_rate": [0.01]}
        search = GridSearchCV(make_pipeline(MinMaxScaler(), c), grid, cv=2).fit(X, y)
        self.assertEqual(search.best_params_["classifier__train__epochs"], 30)
        self.assertGreater(CalibratedClassifierCV(c, cv=2).fit(X, y).score(X, y), 0.5)


class Document(Case):
    """docs/python.md."""

    def test_the_document_shows_what_its_lines_give(self):
        path = os.path.join(ROOT, "docs/python.md")
        with open(path, encoding="utf-8") as f:
            text = f.read()
        if not importlib.util.find_spec("sklearn"):
            text = text[: text.index("## scikit-learn")]
        lines, inside = text.split("\n"), False
        for i, line in enumerate(lines):  # keeps the numbers of lines
            fence = line.startswith("```")
            inside = line == "```python" if fence else inside
            lines[i] = line if inside and not fence else ""
        for name in ("configs", "data"):
            os.symlink(os.path.join(ROOT, name), self.path(name))
        os.chdir(self.folder.name)
        self.addCleanup(os.chdir, ROOT)
        test = doctest.DocTestParser().get_doctest("\n".join(lines), {}, "python.md", path, 0)
        self.assertGreater(len(test.examples), 20)
        flags = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
        result = doctest.DocTestRunner(optionflags=flags).run(test)
        self.assertEqual(result.failed, 0)


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], GROUP], verbosity=0)
