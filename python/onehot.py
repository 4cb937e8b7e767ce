"""onehot for Python: small classifiers whose models are the same, bit for bit, on every machine.

    import onehot
    classifier = onehot.Classifier(train__epochs=20).fit(X, y)
    classifier.predict(X_new)
    classifier.sha256_          # what ./train prints for the same config and data

X is a table of numbers, or images: uint8, N x height x width or N x height x width x 3. Without
NumPy, lists do, and results are lists. Classifier follows scikit-learn's conventions, but does not
need it. docs/python.md is an introduction.

This file looks for libonehot.so.0 where ONEHOT_LIBRARY says, next to itself, and where the loader
looks. It has no global state: threads may use different objects, or one fitted classifier, at the
same time.
"""

import ctypes
import ctypes.util
import json
import math
import operator
import os
import re
import sys
import threading
import warnings
import weakref

try:
    import numpy as np
except ImportError:
    np = None

__version__ = "0.2.0"
__all__ = ["Classifier", "Dataset", "Error", "InputError", "numerics"]

# configs/mnist.json. A Classifier without a config has its layers and its training.
DEFAULT = {
    "$schema": "schema.json",
    "name": "mnist",
    "seed": 42,
    "data": {"path": "data/mnist", "validation": 5000},
    "model": [
        {"type": "linear", "units": 128},
        {"type": "relu"},
        {"type": "linear", "units": 10},
    ],
    "loss": {"type": "softmax_cross_entropy"},
    "optimizer": {"type": "sgd", "learning_rate": 0.2},
    "train": {"epochs": 15, "batch_size": 32},
}

TRAIN, TEST, VALIDATION = range(3)  # enum oh_split
FIGURES = "train_loss", "train_accuracy", "validation_loss", "validation_accuracy"  # oh_figure


class Error(Exception):
    """Something failed, such as a training whose loss is not finite. The text says what to do."""


class InputError(Error, ValueError):
    """An argument, a setting or a file is wrong."""


# ---- the library ----

# The functions of onehot.h that are called here: name, type of the result, types of the arguments.
FUNCTIONS = """
    context_new p p                   context_free v p
    set_threads i pip                 free v p

    dataset_read p psp                dataset_free v p
    dataset_from_rows p pppiiip       dataset_from_pixels p pppiiiiip
    dataset_add_rows i pippip         dataset_add_pixels i pippip
    dataset_set_targets i pipbp       dataset_sha256 s pp
    dataset_name_class i pisp         dataset_name_column i pisp
    dataset_count i pi                dataset_shape v pp
    dataset_classes i p               dataset_class_name s pi
    dataset_column_name s pi          dataset_label i pii
    dataset_row p pii                 dataset_pixels p pii
    dataset_targets p pii

    model_read_config p psp           model_from_config p psp
    model_load p psp                  model_from_bytes p pszp
    model_free v p                    set i ps
    model_outputs i p                 model_bytes p pZp
    model_sha256 s pp                 model_save i psp
    model_export p pssZp              calibrate i ppiDp
    predict_rows i ppippp             predict_pixels i ppippp

    training_new p ppp                training_free v p
    epoch i pp                        finish i pp
    training_epochs i p               training_figure d pi
"""
TYPES = {
    "v": None,
    "i": ctypes.c_int,
    "b": ctypes.c_bool,
    "d": ctypes.c_double,
    "z": ctypes.c_size_t,
    "s": ctypes.c_char_p,
    "p": ctypes.c_void_p,
    "D": ctypes.POINTER(ctypes.c_double),
    "Z": ctypes.POINTER(ctypes.c_size_t),
}


def _load_library():
    beside = os.path.join(os.path.dirname(os.path.abspath(__file__)), "libonehot.so.0")
    name = os.environ.get("ONEHOT_LIBRARY") or (os.path.exists(beside) and beside)
    name = name or ctypes.util.find_library("onehot") or "libonehot.so.0"
    try:
        lib = ctypes.CDLL(name)
        lib.oh_version.restype = lib.oh_numerics.restype = ctypes.c_char_p
    except (OSError, AttributeError) as e:
        text = f"{e}; install onehot's library, or set ONEHOT_LIBRARY to its path"
        raise ImportError(text) from None
    version = lib.oh_version().decode()
    if version.split(".")[:2] != __version__.split(".")[:2]:
        text = f"{name} has version {version}, onehot.py {__version__}; install the same version"
        raise ImportError(text)
    words = FUNCTIONS.split()
    for function, result, arguments in zip(words[::3], words[1::3], words[2::3]):
        f = getattr(lib, "oh_" + function)
        f.restype, f.argtypes = TYPES[result], [TYPES[a] for a in arguments]
    return lib


_lib = _load_library()


class _Error(ctypes.Structure):  # oh_error
    _fields_ = [("status", ctypes.c_int), ("text", ctypes.c_char * 1024)]


def _call(function, *arguments):
    """Calls a function whose last argument is an oh_error."""
    e = _Error()
    result = getattr(_lib, "oh_" + function)(*arguments, ctypes.byref(e))
    if e.status:
        text = re.sub(r"^oh_\w+: ", "", e.text.decode(errors="replace"))  # the C function's name
        raise (InputError if e.status == 2 else Error)(text)
    return result


def _text(text):
    return _without_nul(text.encode())


def _path(path):
    return _without_nul(os.fsencode(path))


def _without_nul(data):
    if b"\0" in data:
        raise InputError(f"{data.decode(errors='replace')!r} has a control character; rename it")
    return data


class _Object:
    """An object of the library, which is freed with this one. It keeps alive what it needs."""

    def __init__(self, kind, pointer, *needs):
        self._as_parameter_ = ctypes.c_void_p(pointer)  # what ctypes passes for it
        self.needs = needs
        weakref.finalize(self, getattr(_lib, f"oh_{kind}_free"), pointer).atexit = False


def _new_context(threads=None):
    context = _Object("context", _call("context_new"))
    if threads is not None:
        _call("set_threads", context, operator.index(threads))
    return context


def numerics():
    """The version of the numerics: equal config, data and numerics give equal models."""
    return _lib.oh_numerics().decode()


# ---- arrays: NumPy's, or those of ctypes and lists ----


def _array(type, count):
    """A copy of a list of numbers, or new memory for a number of them."""
    if isinstance(count, int):
        return (type * count)()
    return (type * len(count))(*count)


def _pointer(data):
    return data if isinstance(data, ctypes.Array) else data.ctypes.data


def _split_rows(flat, count):
    width = len(flat) // count
    return [flat[i * width : (i + 1) * width] for i in range(count)]


def _is_list(x):
    return isinstance(x, (list, tuple))


# ---- X ----


class _Samples:
    """The rows or images of X, as the library reads them."""

    def __init__(self, X):
        if X is None:
            raise InputError("X is None; give the samples, or a config that names a dataset")
        self.names = None  # of columns, if X has them
        read = self._read_lists if np is None else self._read_numpy
        self.data, shape = read(X)
        self.images = len(shape) > 2
        self.shape = (*shape[1:], 1)[:3] if self.images else (1, shape[1], 1)
        self.count = shape[0]

    def _read_numpy(self, X):
        if hasattr(X, "toarray"):
            raise TypeError("sparse data is not supported; use X.toarray()")
        columns = list(getattr(X, "columns", []))
        if columns and all(isinstance(name, str) for name in columns):
            self.names = columns
        a = _convert(np.asarray, X)
        if a.dtype.kind == "c":
            raise InputError("Complex data not supported: use X.real, X.imag or abs(X)")
        _check_shape(a.shape, a.dtype == np.uint8)
        if a.ndim > 2:
            return np.ascontiguousarray(a), a.shape
        with np.errstate(over="ignore"):  # to infinity
            data = _convert(np.ascontiguousarray, a, np.float32)
        bad = np.argwhere(~np.isfinite(data))
        if len(bad):
            raise _not_finite(*bad[0])
        return data, data.shape

    def _read_lists(self, X):
        views, shape = _image_views(X)
        if views:
            _check_shape(shape, True)
            data = b"".join(v.tobytes() for v in views)
            return (ctypes.c_ubyte * len(data)).from_buffer_copy(data), shape
        rows = X.tolist() if isinstance(X, memoryview) else X
        if not hasattr(rows, "__len__") or isinstance(rows, (str, bytes, dict)):
            raise InputError(f"Expected 2D array, got {type(X).__name__}: X must have rows")
        has_rows = len(rows) > 0 and hasattr(rows[0], "__len__")
        shape = (len(rows), len(rows[0])) if has_rows else (len(rows),)
        _check_shape(shape, False)
        for i, row in enumerate(rows):
            if len(row) != shape[1]:
                raise InputError(f"row {i} of X has {len(row)} numbers, but row 0 has {shape[1]}")
        data = _array(ctypes.c_float, [value for row in rows for value in row])
        for i, value in enumerate(data):
            if not math.isfinite(value):
                raise _not_finite(*divmod(i, shape[1]))
        return data, shape


def _convert(function, *arguments):
    try:
        return function(*arguments)
    except ValueError as e:
        raise InputError(f"X: {e}") from None


def _image_views(X):
    """Buffers with the images of X, and its shape; no buffers if X does not hold uint8 images."""
    try:
        views = [memoryview(image) for image in X] if _is_list(X) else [memoryview(X)]
    except TypeError:
        return [], ()
    if not views or views[0].format != "B":
        return [], ()
    shape = (len(X), *views[0].shape) if _is_list(X) else views[0].shape
    if any(v.format != "B" or v.shape != views[0].shape for v in views):
        raise InputError("the images of X must all be uint8 and of one size")
    return (views, shape) if len(shape) > 2 else ([], ())


def _check_shape(shape, uint8):
    if len(shape) not in (2, 3, 4):
        raise InputError(
            f"Expected 2D array, got {len(shape)}D array instead. Reshape your data: "
            "X.reshape(-1, 1) if it has one feature, X.reshape(1, -1) if it is one sample"
        )
    if 0 in shape:
        raise InputError(
            f"Found array with 0 {'feature' if shape[0] else 'sample'}(s) (shape={tuple(shape)}) "
            "while a minimum of 1 is required."
        )
    if len(shape) > 2 and not uint8:
        text = "images must be uint8, 0 to 255; for rows of numbers, use X.reshape(len(X), -1)"
        raise InputError(text)


def _not_finite(row, column):
    return InputError(
        f"X has NaN, infinity or a number beyond float32 in row {row}, column {column}; "
        "replace it, or leave out the row"
    )


def _check_features(x, shape, images, names):
    """Checks that samples are like those of the training."""
    if x.images != images or (images and x.shape != shape):
        wanted = " x ".join(str(n) for n in (shape if images and shape[2] > 1 else shape[:2]))
        raise InputError(
            f"X has {'images' if x.images else 'rows'} of the shape {x.shape}, but Classifier is "
            f"expecting {'uint8 images, N x ' + wanted if images else 'rows of numbers'}"
        )
    if x.shape != shape:
        raise InputError(
            f"X has {x.shape[1]} features, but Classifier is expecting {shape[1]} features as input"
        )
    for i, (name, trained) in enumerate(zip(x.names or [], names or [])):
        if name != trained:
            raise InputError(
                f"column {i} of X is {name!r}, but {trained!r} in training; The feature names "
                "should match those that were passed during fit: X[classifier.feature_names_in_]"
            )


# ---- y ----


class _Labels:
    """The labels of y as indices into classes: the given ones, or all that occur, sorted. If y has
    a column of 0 and 1 per class, `targets` has them, too."""

    def __init__(self, y, classes=None):
        if y is None:
            raise InputError("requires y to be passed, but the target y is None")
        self.classes, self.targets = classes, None
        read = self._read_lists if np is None else self._read_numpy
        try:
            self.indices = read(y)
        except TypeError as e:
            raise InputError(f"Unknown label type: the labels cannot be sorted: {e}") from None
        self.count = len(self.indices)

    def _read_numpy(self, y):
        y = np.asarray(y)
        if y.ndim == 2 and y.shape[1] == 1:
            sklearn = sys.modules.get("sklearn.exceptions")
            category = getattr(sklearn, "DataConversionWarning", UserWarning)
            text = "A column-vector y was passed when a 1d array was expected; use y.ravel()"
            warnings.warn(text, category, stacklevel=4)
            y = y.ravel()
        if y.ndim not in (1, 2) or y.dtype.kind == "c":
            raise InputError(f"y should be a 1d array of labels, got {y.dtype} of shape {y.shape}")
        if y.ndim == 2:
            return self._read_targets(y.tolist())
        found, indices = np.unique(y, return_inverse=True)
        if self.classes is None:
            self.classes = found
        else:
            indices = np.array(self._find(found.tolist()))[indices]
        return np.ascontiguousarray(indices, np.int32)

    def _read_lists(self, y):
        y = list(y)
        if y and _is_list(y[0]):
            return self._read_targets(y)
        if self.classes is None:
            self.classes = sorted(set(y))
        return _array(ctypes.c_int, self._find(y))

    def _read_targets(self, y):
        width = len(y[0]) if y else 0
        if any(len(row) != width or any(v not in (0, 1) for v in row) for row in y):
            text = "Unknown label type: y must have one label per sample, or 0 and 1 for each class"
            raise InputError(text)
        if self.classes is None:
            self.classes = list(range(width)) if np is None else np.arange(width)
        if width != len(self.classes):
            raise InputError(f"y has {width} columns, but there are {len(self.classes)} classes")
        self.targets = _array(ctypes.c_float, [v for row in y for v in row])
        return _array(ctypes.c_int, len(y))

    def _find(self, labels):
        index = {label: i for i, label in enumerate(list(self.classes))}
        for label in labels:
            if label not in index:
                raise InputError(f"y has the label {label!r}, which the training set does not have")
        return [index[label] for label in labels]


def _class_name(label):
    """As a table has it: "1" for 1.0, too."""
    label = getattr(label, "item", lambda: label)()  # of NumPy
    if not isinstance(label, float):
        return str(label)
    if not label.is_integer():
        raise InputError(f"Unknown label type: continuous: y has {label}, which is not a label")
    return str(int(label))


def _named_classes(names):
    """The classes with these names: integers if all names are, otherwise strings."""
    if all(name.isdigit() and str(int(name)) == name for name in names):
        names = [int(name) for name in names]
    return names if np is None else np.array(names)


# ---- datasets ----


class Dataset:
    """The dataset at a path, in any format of docs/data.md.

    train, test and validation are pairs (X, y), or None where it has no such samples. classes are
    its labels, columns the names of a table's columns; images have none. sha256 is that of the
    content."""

    def __init__(self, path):
        context, shape = _new_context(), (ctypes.c_int * 3)()
        d = _Object("dataset", _call("dataset_read", context, _path(path)), context)
        self._dataset = d
        _lib.oh_dataset_shape(d, shape)
        names = [_lib.oh_dataset_column_name(d, i) for i in range(shape[1])]
        self.columns = [name.decode() for name in names if name]
        self._shape = shape[1:2] if self.columns else shape[: 3 if shape[2] > 1 else 2]
        names = [_lib.oh_dataset_class_name(d, i) for i in range(_lib.oh_dataset_classes(d))]
        self.classes = _named_classes([name.decode() for name in names])
        self.sha256 = _call("dataset_sha256", d).decode()

    @property
    def train(self):
        return self._split(TRAIN)

    @property
    def test(self):
        return self._split(TEST)

    @property
    def validation(self):
        return self._split(VALIDATION)

    def _split(self, split):
        d, samples = self._dataset, range(_lib.oh_dataset_count(self._dataset, split))
        if not samples:
            return None
        sample = _lib.oh_dataset_row if self.columns else _lib.oh_dataset_pixels
        size = math.prod(self._shape) * (4 if self.columns else 1)
        X = [ctypes.string_at(sample(d, split, i), size) for i in samples]
        y = [self._label(split, i) for i in samples]
        if np is not None:
            X = np.frombuffer(b"".join(X), np.float32 if self.columns else np.uint8)
            return X.reshape(len(y), *self._shape).copy(), np.array(y)
        if self.columns:
            return [memoryview(x).cast("f").tolist() for x in X], y
        return [memoryview(x).cast("B", self._shape) for x in X], y

    def _has_several_labels(self):
        """Whether there are targets of 0 and 1. Others are soft labels."""
        samples = range(_lib.oh_dataset_count(self._dataset, TRAIN))
        targets = (self._label(TRAIN, i) for i in samples)
        return all(_is_list(t) and set(t) <= {0, 1} for t in targets)

    def _label(self, split, i):
        """The label of a sample, or a list of its targets."""
        targets = _lib.oh_dataset_targets(self._dataset, split, i)
        if not targets:
            return self.classes[_lib.oh_dataset_label(self._dataset, split, i)]
        return (ctypes.c_float * len(self.classes)).from_address(targets)[:]


def _dataset_of(context, x, y, others=()):
    """A dataset of training samples x with labels y, and of other pairs (X, y) by split."""
    of = "pixels" if x.images else "rows"
    shape = x.shape if x.images else x.shape[1:2]
    names = [_class_name(label) for label in y.classes]
    if len(names) == 1 and y.targets is None:
        raise InputError(f"y has one class, {names[0]!r}; a classifier needs at least two")
    d = _call("dataset_from_" + of, context, *_samples(x, y), *shape, len(y.classes))
    d = _Object("dataset", d, context)
    for i, name in enumerate(names):
        _call("dataset_name_class", d, i, _text(name))
    for i, name in enumerate(x.names or []):
        _call("dataset_name_column", d, i, _text(name))
    _set_targets(d, TRAIN, y)
    for split, pair in others:
        if pair is not None:
            other_x, other_y = _Samples(pair[0]), _Labels(pair[1], y.classes)
            _check_features(other_x, x.shape, x.images, x.names)
            _call("dataset_add_" + of, d, split, *_samples(other_x, other_y))
            _set_targets(d, split, other_y)
    return d


def _samples(x, y):
    if x.count != y.count:
        raise InputError(f"X has {x.count} samples, but y has {y.count}")
    return _pointer(x.data), _pointer(y.indices), x.count


def _set_targets(d, split, y):
    if y.targets is not None:
        _call("dataset_set_targets", d, split, y.targets, True)


# ---- models ----


class _Model(_Object):
    """A model, whose attributes are known once it has been trained or loaded."""

    def __init__(self, pointer, context):
        super().__init__("model", pointer, context)
        self.lock = threading.Lock()  # one thread at a time may use a model

    def read_header(self):
        data = self.bytes()
        header = json.loads(data[8 : 8 + int.from_bytes(data[:8], "little")])["__metadata__"]
        dataset = json.loads(header["onehot.dataset"])
        self.config = json.loads(header["onehot.config"])
        self.classes = dataset["classes"]
        self.columns = dataset.get("columns", [])
        self.shape = tuple(dataset[name] for name in ("height", "width", "channels"))
        self.multi_label = dataset.get("several", False)
        self.outputs = _lib.oh_model_outputs(self)
        return self

    def call(self, function, *arguments):
        with self.lock:
            return _call(function, self, *arguments)

    def bytes(self):
        size = ctypes.c_size_t()
        return ctypes.string_at(self.call("model_bytes", ctypes.byref(size)), size.value)

    def predict(self, x):
        """The logits and probabilities of samples, one row for each."""
        results = []
        for width in (self.outputs, len(self.classes)):
            results.append(
                _array(ctypes.c_float, x.count * width)
                if np is None
                else np.empty((x.count, width), np.float32)
            )
        function = "predict_pixels" if x.images else "predict_rows"
        self.call(function, _pointer(x.data), x.count, *map(_pointer, results))
        return results if np is not None else [_split_rows(r[:], x.count) for r in results]


def _train(model, dataset, on_epoch):
    """Returns the figures of each epoch. An exception of on_epoch, or Ctrl-C, ends the training."""
    training = _Object("training", _call("training_new", model, dataset), model, dataset)
    history, more = [], True
    while more:
        more = _call("epoch", training)
        if _lib.oh_training_epochs(training) > len(history):
            values = [_lib.oh_training_figure(training, i) for i in range(len(FIGURES))]
            figures = dict(zip(FIGURES, values))
            history.append({k: v for k, v in figures.items() if not math.isnan(v)})
            if on_epoch:
                on_epoch(len(history), history[-1])
    _call("finish", training)
    return history


def _default_config(classes, images, multi_label):
    config = json.loads(json.dumps(DEFAULT))
    config["data"] = {"path": "memory", "scaling": "unit" if images else "standardize"}
    config["model"][-1]["units"] = classes
    if multi_label:
        config["loss"] = {"type": "sigmoid_cross_entropy"}
    return config


def _json(value):
    """As JSON; numbers and arrays may be NumPy's."""
    return json.dumps(value, default=lambda v: v.tolist())


# ---- the classifier ----


class Classifier:
    """A classifier that learns a model from samples and their labels.

    config      the path of a config such as configs/mnist.json, its text, or a dict. None: the
                layers and the training of configs/mnist.json with one output per class; rows of
                numbers are standardized first.
    threads     the maximum number of threads, by default one per CPU. It never changes a result.
    **settings  keys of the config, with __ for the dots of the command line: train__epochs=20,
                model__0__units=300, optimizer={"type": "adamw"}. None stands for the default.

    After fit or load, it has classes_, n_features_in_, sha256_ and, if the columns of X have names,
    feature_names_in_; after fit also history_, the figures of each epoch."""

    _estimator_type = "classifier"  # for scikit-learn before 1.6

    def __init__(self, config=None, threads=None, **settings):
        self.config = config
        self.threads = threads
        if settings:  # without any, scikit-learn's checks allow no further attribute
            self._settings = settings

    def get_params(self, deep=True):
        return {"config": self.config, "threads": self.threads, **getattr(self, "_settings", {})}

    def set_params(self, **params):
        Classifier.__init__(self, **{**self.get_params(), **params})
        return self

    def __repr__(self):
        params = [f"{k}={v!r}" for k, v in self.get_params().items() if v is not None]
        return f"{type(self).__name__}({', '.join(params)})"

    # ---- training ----

    def fit(self, X=None, y=None, validation=None, test=None, on_epoch=None, **other):
        """Trains on the samples X with labels y: one for each, or a row of 0 and 1 with a column
        per class if a sample may have several. X can be a Dataset; without X, the config names one.

        validation and test are pairs (X, y). The validation set is evaluated after every epoch. The
        test set is part of the dataset and so of sha256_, as on the command line, but has no other
        effect. on_epoch(n, figures) is called after every epoch.

        If fit fails or is interrupted, the classifier stays as it was."""
        _refuse_arguments(other)
        context, config, dataset = _new_context(self.threads), self.config, None
        if isinstance(X, Dataset) or (X is None and config is not None):
            if not (y is None and validation is None and test is None):
                text = "a dataset has its own labels and other sets; give no y, validation or test"
                raise InputError(text)
        if isinstance(X, Dataset):
            dataset, names, classes = X._dataset, X.columns, X.classes
            if config is None:
                several = X._has_several_labels()
                config = _default_config(len(classes), not X.columns, several)
        elif X is not None or config is None:
            x, labels = _Samples(X), _Labels(y)
            dataset = _dataset_of(context, x, labels, [(VALIDATION, validation), (TEST, test)])
            names, classes = x.names, labels.classes
            if config is None:
                config = _default_config(len(classes), x.images, labels.targets is not None)
        model = self._new_model(context, config, dataset)
        history = _train(model, dataset, on_epoch)
        model.read_header()
        if not dataset:
            names, classes = model.columns, _named_classes(model.classes)
        self._take(model, names, classes)
        self.history_ = history
        return self

    def _new_model(self, context, config, dataset):
        if isinstance(config, dict):
            config = _json(config)
        if isinstance(config, str) and config.lstrip().startswith("{"):
            model = _Model(_call("model_from_config", context, _text(config)), context)
        else:
            model = _Model(_call("model_read_config", context, _path(config)), context)
        if dataset:
            _lib.oh_set(model, b"data.path=memory")
        settings = {k.replace("__", "."): v for k, v in getattr(self, "_settings", {}).items()}
        for key in sorted(settings, key=lambda k: k.count(".")):  # an object before its keys
            if settings[key] is not None:
                _lib.oh_set(model, _text(f"{key}={_json(settings[key])}"))
        return model  # training_new reports bad settings

    def _take(self, model, names, classes):
        """Takes over a trained model, with the names of its columns, if it has any, and its
        classes."""
        self._model = model
        self.classes_ = classes
        self.n_features_in_ = math.prod(model.shape)
        self.__dict__.pop("feature_names_in_", None)
        if names:
            self.feature_names_in_ = names if np is None else np.array(names, object)

    def calibrate(self, X, y):
        """Fits the temperature of the model's softmax to samples it was not trained on, so that
        its probabilities match its accuracy. Every class must occur. Returns the temperature."""
        model, temperature = self._fitted(), ctypes.c_double()
        x, labels = _Samples(X), _Labels(y, self.classes_)
        self._check(x)
        x.names = model.columns  # those of the training, even if X has none
        dataset = _dataset_of(_new_context(self.threads), x, labels)
        model.call("calibrate", dataset, TRAIN, ctypes.byref(temperature))
        return temperature.value

    # ---- prediction ----

    def predict(self, X):
        """The class of each sample; if there may be several, N x classes of 0 and 1."""
        logits, p = self._predict(X)
        one = self._model.outputs < len(self.classes_)  # a logit above 0 means the second class
        if np is None:
            if self._model.multi_label:
                return [[int(v >= 0.5) for v in row] for row in p]
            best = [int(row[0] > 0) if one else row.index(max(row)) for row in logits]
            return [self.classes_[i] for i in best]
        if self._model.multi_label:
            return (p >= 0.5).astype(int)
        return self.classes_[(logits[:, 0] > 0).astype(int) if one else logits.argmax(axis=1)]

    def predict_proba(self, X):
        """The probability of each class, N x classes."""
        return self._predict(X)[1]

    def predict_log_proba(self, X):
        p = self.predict_proba(X)
        if np is None:
            return [[math.log(v) if v > 0 else -math.inf for v in row] for row in p]
        with np.errstate(divide="ignore"):
            return np.log(p)

    def score(self, X, y):
        """The fraction of samples that are predicted correctly, with all of their labels."""
        predicted = self.predict(X)
        if len(y) != len(predicted):
            raise InputError(f"X has {len(predicted)} samples, but y has {len(y)}")
        if np is None:
            return sum(a == b for a, b in zip(predicted, y)) / len(y)
        right = predicted == np.asarray(y).reshape(predicted.shape)
        return float(np.mean(right if right.ndim == 1 else right.all(axis=1)))

    def _predict(self, X):
        model, x = self._fitted(), _Samples(X)
        self._check(x)
        return model.predict(x)

    def _check(self, x):
        names = list(getattr(self, "feature_names_in_", []))
        _check_features(x, self._model.shape, not self._model.columns, names)

    def _fitted(self):
        if not hasattr(self, "_model"):
            sklearn = sys.modules.get("sklearn.exceptions")
            kind = getattr(sklearn, "NotFittedError", InputError)
            raise kind(f"this {type(self).__name__} is not fitted yet; call fit or load first")
        return self._model

    # ---- the model file ----

    @property
    def sha256_(self):
        """The SHA-256 of the model file."""
        return self._fitted().call("model_sha256").decode()

    def save(self, path):
        """Writes the model file, completely or not at all. The commands of onehot read it."""
        self._fitted().call("model_save", _path(path))

    @classmethod
    def load(cls, path):
        """The classifier of a model file or run directory, with the config of its training. Classes
        are integers if all of their names are."""
        context = _new_context()
        model = _Model(_call("model_load", context, _path(path)), context).read_header()
        self = cls(model.config)
        self._take(model, model.columns, _named_classes(model.classes))
        return self

    def export(self, form="onnx", name="model"):
        """The model as bytes: an ONNX file; or, as "c", a header for C and C++ with this name."""
        if not re.fullmatch(r"[A-Za-z_]\w*", name, re.ASCII):
            raise InputError(f"name must be letters, digits and _ as in C, got {name!r}")
        size = ctypes.c_size_t()
        data = self._fitted().call("model_export", _text(form), _text(name), ctypes.byref(size))
        try:
            return ctypes.string_at(data, size.value)
        finally:
            _lib.oh_free(data)

    # ---- copies, and scikit-learn ----

    def __getstate__(self):
        state = dict(self.__dict__)
        if "_model" in state:
            state["_model"] = self._model.bytes()
        return state

    def __setstate__(self, state):
        self.__dict__.update(state)
        if "_model" in state:
            data, context = state["_model"], _new_context()
            model = _call("model_from_bytes", context, data, len(data))
            self._model = _Model(model, context).read_header()

    def __sklearn_is_fitted__(self):
        return hasattr(self, "_model")

    def __sklearn_tags__(self):
        from sklearn.utils import ClassifierTags, InputTags, Tags, TargetTags

        return Tags(
            estimator_type="classifier",
            target_tags=TargetTags(required=True),
            classifier_tags=ClassifierTags(multi_label=True),
            input_tags=InputTags(),
        )


def _refuse_arguments(arguments):
    """Refuses further arguments of fit. None is one that was not given."""
    for name, value in arguments.items():
        if value is not None and name == "sample_weight":
            raise InputError(
                'sample_weight is not supported; loss__class_weights="balanced", or a list with a '
                "number per class, gives weights to classes"
            )
        if name != "sample_weight":
            raise TypeError(f"fit() got an unexpected keyword argument {name!r}")
