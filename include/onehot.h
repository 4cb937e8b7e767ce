/* onehot.h - train, save, load and use classifiers from C or C++.
 *
 *   #include <onehot.h>           cc program.c -lonehot -lm -lpthread
 *
 *     oh_error e = {0};
 *     oh_context *c = oh_context_new(&e);
 *     oh_dataset *d = oh_dataset_from_rows(c, rows, labels, 150, 4, 3, &e);
 *     oh_model *m = oh_model_new(c, &e);
 *     oh_linear(m, 16), oh_relu(m), oh_linear(m, 3);
 *     oh_set(m, "optimizer.learning_rate=0.05");
 *     oh_train(m, d, &e);
 *     oh_predict_rows(m, row, 1, NULL, probabilities, &e);
 *     if (e.status)
 *         fprintf(stderr, "%s\n", e.text);
 *     oh_model_free(m), oh_dataset_free(d), oh_context_free(c);
 *
 * Training is a pure function of config and data: the same ones give the same model, to the bit, on
 * any machine, with any number of threads, and from the command line as well. docs/library.md is an
 * introduction, docs/numerics.md states the promise.
 *
 * Conventions
 *
 *   Errors     A function that can fail takes an oh_error last and returns 0 or -1, or a pointer or
 *              NULL. `text` is one sentence that names the place, the problem and a remedy. A
 *              function that is given an error with a status other than 0, or NULL for a context,
 *              dataset, model or training, does nothing and fails. So calls can follow each other
 *              and the error be checked once, at the end. The last argument may be NULL.
 *   Ownership  Who calls a function that ends in _new, _load, _read or _from_... frees the result
 *              with the _free of its type; freeing NULL is fine. A context must outlive what was
 *              made with it, a dataset the trainings that use it. Arguments are copied unless the
 *              function says otherwise. Returned strings belong to the object that returned them.
 *   Threads    Different objects can be used by different threads at the same time. One dataset may
 *              be used by several threads once nothing is added to it. One model or training is for
 *              one thread at a time; a training starts helper threads of its own.
 *   Process    Nothing here prints, exits, catches signals, or depends on the locale or the current
 *              time. Callbacks run in the calling thread.
 *   Units      Losses are in nats, accuracies are fractions, times in seconds. Matrices are stored
 *              row by row; a row is a sample. Pixels are 0 to 255: for each row of the image, for
 *              each pixel, for each channel.
 *   Changes    Until version 1.0 a minor version may change this header; a patch does not. Structs
 *              whose fields are not listed here may grow. The soname is libonehot.so.0.
 */
#ifndef ONEHOT_H
#define ONEHOT_H

#include <stddef.h>
#include <stdint.h>
#ifndef __cplusplus
#include <stdbool.h>
#endif

#ifdef __cplusplus
extern "C" {
#endif

#define OH_VERSION_MAJOR 0
#define OH_VERSION_MINOR 2
#define OH_VERSION_PATCH 0

#if defined(__GNUC__)
#define OH_API __attribute__((visibility("default")))
#else
#define OH_API
#endif

/* The version of the library that runs, "0.2.0", and that of the numerics contract: models of equal
 * config, data and numerics are equal. */
OH_API const char *oh_version(void);
OH_API const char *oh_numerics(void);

/* ---- errors ---- */

enum oh_status {
    OH_OK = 0,
    OH_FAILED = 1, /* a loss that is not finite, a full disk, no memory */
    OH_INPUT = 2,  /* a wrong argument, config or file */
    OH_STOPPED = 4 /* a callback stopped the training */
};

typedef struct oh_error {
    int status; /* enum oh_status; set it to 0 before the first call */
    char text[1024];
} oh_error;

/* ---- a context: what the objects of a program share ---- */

typedef struct oh_context oh_context;
typedef struct oh_dataset oh_dataset;
typedef struct oh_model oh_model;
typedef struct oh_training oh_training;

/* The first one of a process chooses the fastest matrix kernel, after comparing it with the plain
 * loops. The environment variable ONEHOT_KERNEL can name another. */
OH_API oh_context *oh_context_new(oh_error *e);
OH_API void oh_context_free(oh_context *c);

/* The maximum number of threads of each training and evaluation; 1 to 256. The default is one per
 * CPU. The number changes the time, never a result. */
OH_API int oh_set_threads(oh_context *c, int threads, oh_error *e);

/* The name of the matrix kernel, such as "avx2". */
OH_API const char *oh_kernel(const oh_context *c);

/* ---- datasets ---- */

enum oh_split { OH_TRAIN, OH_TEST, OH_VALIDATION };

/* Reads the dataset at `path`: images, tables and synthetic data in every format of docs/data.md.
 */
OH_API oh_dataset *oh_dataset_read(oh_context *c, const char *path, oh_error *e);

/* The same for a trained model: with its classes and the conversions of its training, such as image
 * size and one-hot columns. */
OH_API oh_dataset *oh_dataset_read_for(const oh_model *m, const char *path, oh_error *e);

/* A training set from memory: `count` rows of `features` numbers, all finite, and the label of
 * each, 0 .. classes - 1. Every class needs at least one sample. O(count * features). */
OH_API oh_dataset *oh_dataset_from_rows(oh_context *c, const float *rows, const int *labels,
                                        int count, int features, int classes, oh_error *e);

/* The same of images with 1 or 3 channels: count * height * width * channels pixels. */
OH_API oh_dataset *oh_dataset_from_pixels(oh_context *c, const unsigned char *pixels,
                                          const int *labels, int count, int height, int width,
                                          int channels, int classes, oh_error *e);

/* Add a test or validation set of the same shape. A validation set replaces data.validation. Not
 * after the dataset has been used. */
OH_API int oh_dataset_add_rows(oh_dataset *d, enum oh_split split, const float *rows,
                               const int *labels, int count, oh_error *e);
OH_API int oh_dataset_add_pixels(oh_dataset *d, enum oh_split split, const unsigned char *pixels,
                                 const int *labels, int count, oh_error *e);

/* Replaces the labels of a split by targets: count x classes numbers, 0 to 1. Soft labels sum to 1
 * per row. If multi_label, each is 0 or 1, and the dataset's other splits must have such targets,
 * too. Not after the dataset has been used. */
OH_API int oh_dataset_set_targets(oh_dataset *d, enum oh_split split, const float *targets,
                                  bool multi_label, oh_error *e);

/* Names: "0", "1", ... by default for classes, "x0", "x1", ... for the columns of rows. They are
 * part of the model file, so also of its hash. Not after the dataset has been used. */
OH_API int oh_dataset_name_class(oh_dataset *d, int class_index, const char *name, oh_error *e);
OH_API int oh_dataset_name_column(oh_dataset *d, int column, const char *name, oh_error *e);

OH_API int oh_dataset_count(const oh_dataset *d, enum oh_split split);
OH_API int oh_dataset_features(const oh_dataset *d); /* height * width * channels, or columns */
OH_API int oh_dataset_classes(const oh_dataset *d);
OH_API const char *oh_dataset_class_name(const oh_dataset *d, int class_index);
OH_API const char *oh_dataset_column_name(const oh_dataset *d, int column); /* NULL: images */

/* Height, width and channels of a sample; of a row 1, its columns, 1. */
OH_API void oh_dataset_shape(const oh_dataset *d, int shape[3]);

/* Sample i of a split: its label, and its features before any scaling: pixels, 0 to 255, or the
 * columns. NULL where the dataset has the other kind. They belong to the dataset. */
OH_API int oh_dataset_label(const oh_dataset *d, enum oh_split split, int i);
OH_API const float *oh_dataset_row(const oh_dataset *d, enum oh_split split, int i);
OH_API const unsigned char *oh_dataset_pixels(const oh_dataset *d, enum oh_split split, int i);

/* Its targets, one per class, if it has soft labels or may have several labels, otherwise NULL. */
OH_API const float *oh_dataset_targets(const oh_dataset *d, enum oh_split split, int i);

/* The SHA-256 of the content, in hex. Completes a dataset from memory. */
OH_API const char *oh_dataset_sha256(oh_dataset *d, oh_error *e);
OH_API void oh_dataset_free(oh_dataset *d);

/* ---- models: first a config, then also parameters ---- */

/* An empty config, to which layers are added. */
OH_API oh_model *oh_model_new(oh_context *c, oh_error *e);

/* A config file such as configs/mnist.json, or the text of one. */
OH_API oh_model *oh_model_read_config(oh_context *c, const char *path, oh_error *e);
OH_API oh_model *oh_model_from_config(oh_context *c, const char *json, oh_error *e);

/* A trained model: a model file or run directory, or the bytes of a model file. */
OH_API oh_model *oh_model_load(oh_context *c, const char *path, oh_error *e);
OH_API oh_model *oh_model_from_bytes(oh_context *c, const void *bytes, size_t size, oh_error *e);
OH_API void oh_model_free(oh_model *m);

/* Add a layer to a model of oh_model_new: one of the given type, with options still to be set by
 * oh_set, or one of these. Wrong options are reported when training begins. */
OH_API int oh_layer(oh_model *m, const char *type);
OH_API int oh_linear(oh_model *m, int units); /* y = x W + b; units >= 1 */
OH_API int oh_relu(oh_model *m);              /* max(x, 0) */
OH_API int oh_sigmoid(oh_model *m);
OH_API int oh_tanh(oh_model *m);
OH_API int oh_dropout(oh_model *m, double rate); /* 0 <= rate < 1 */

/* Sets a key of the config, as on the command line: "train.epochs=20", "model.0.init=xavier_normal"
 * or "optimizer={\"type\": \"adamw\"}". `onehot help config` lists the keys. Like a layer, it
 * reports an error only when training begins. */
OH_API int oh_set(oh_model *m, const char *key_value);

/* Of a trained model. `inputs` is the number of features, `outputs` that of logits per row: one per
 * class, or one for two classes. `parameters` is the number of trained numbers. */
OH_API int oh_model_inputs(const oh_model *m);
OH_API int oh_model_outputs(const oh_model *m);
OH_API int oh_model_classes(const oh_model *m);
OH_API const char *oh_model_class_name(const oh_model *m, int class_index);
OH_API size_t oh_model_parameters(const oh_model *m);

/* The model file: the bytes that `onehot train` writes to model.safetensors, and their SHA-256 in
 * hex. They belong to the model. */
OH_API const void *oh_model_bytes(oh_model *m, size_t *size, oh_error *e);
OH_API const char *oh_model_sha256(oh_model *m, oh_error *e);

/* Writes the model file, completely or not at all. */
OH_API int oh_model_save(oh_model *m, const char *path, oh_error *e);

/* The model in another form, in memory for oh_free: "c" is a header for C99 and C++11 whose names
 * begin with `name`, "onnx" an ONNX file. */
OH_API void *oh_model_export(oh_model *m, const char *form, const char *name, size_t *size,
                             oh_error *e);
OH_API void oh_free(void *memory);

/* ---- training ---- */

/* Trains a model from the start, as its config says, with early stopping if it asks for that. A
 * NULL dataset means the one at the config's data.path. */
OH_API int oh_train(oh_model *m, oh_dataset *d, oh_error *e);

/* The same in parts: oh_training_new, then oh_step, oh_epoch or oh_run until they return 0, then
 * oh_finish, which gives the model its new parameters: before the end, those of the last step. */
OH_API oh_training *oh_training_new(oh_model *m, oh_dataset *d, oh_error *e);
OH_API void oh_training_free(oh_training *t);

/* One step, the rest of an epoch, or the rest of the training. After the last step of an epoch the
 * validation set is evaluated. Return 1 if there is more to do, 0 at the end, -1 on failure. */
OH_API int oh_step(oh_training *t, oh_error *e);
OH_API int oh_epoch(oh_training *t, oh_error *e);
OH_API int oh_run(oh_training *t, oh_error *e);
OH_API int oh_finish(oh_training *t, oh_error *e);

/* Called after every step, or every epoch. If the result is not 0, the training stops with
 * OH_STOPPED; it can go on later. Neither is called for what a checkpoint has already done. A
 * callback must not continue, save or free the training that calls it. */
typedef int oh_progress(void *user, const oh_training *t);
OH_API void oh_on_step(oh_training *t, oh_progress *call, void *user);
OH_API void oh_on_epoch(oh_training *t, oh_progress *call, void *user);

/* How far it is: complete epochs, steps in the current one, and steps per epoch. */
OH_API int oh_training_epochs(const oh_training *t);
OH_API int oh_training_steps(const oh_training *t);
OH_API int oh_training_steps_per_epoch(const oh_training *t);

/* Means of the last complete epoch; NaN before it, and for a validation set that is not there. The
 * training figures are measured during the epoch, while the model changes. */
enum oh_figure { OH_TRAIN_LOSS, OH_TRAIN_ACCURACY, OH_VALIDATION_LOSS, OH_VALIDATION_ACCURACY };
OH_API double oh_training_figure(const oh_training *t, enum oh_figure figure);

/* The mean loss of the last step's samples before the step; NaN before the first. */
OH_API double oh_training_step_loss(const oh_training *t);

/* The state between two steps, in memory for oh_free. A training of the same config and data that
 * takes it, even on another machine, ends with the same bytes. */
OH_API void *oh_checkpoint(oh_training *t, size_t *size, oh_error *e);
OH_API int oh_resume(oh_training *t, const void *bytes, size_t size, oh_error *e);

/* ---- using a trained model ---- */

/* Logits and probabilities of `count` rows, count x oh_model_classes each; either may be NULL. Rows
 * hold features before any scaling, as in a dataset. No memory is allocated. With one output for
 * two classes, there is one logit per row. O(count * parameters). */
OH_API int oh_predict_rows(oh_model *m, const float *rows, int count, float *logits,
                           float *probabilities, oh_error *e);
OH_API int oh_predict_pixels(oh_model *m, const unsigned char *pixels, int count, float *logits,
                             float *probabilities, oh_error *e);

/* Reads a PNG or JPEG file into oh_model_inputs(m) pixels. An image of another size or another
 * number of channels is an error, unless `fit`, or if the training data was converted as well. */
OH_API int oh_read_image(const oh_model *m, const char *path, bool fit, unsigned char *pixels,
                         oh_error *e);

/* Loss and accuracy on a split; both pointers may be NULL. */
OH_API int oh_evaluate(oh_model *m, oh_dataset *d, enum oh_split split, double *loss,
                       double *accuracy, oh_error *e);

/* Fits the temperature of the model's softmax on a split that it was not trained on, so that its
 * probabilities match its accuracy (Guo et al. 2017), and sets it; oh_model_bytes contains it. */
OH_API int oh_calibrate(oh_model *m, oh_dataset *d, enum oh_split split, double *temperature,
                        oh_error *e);

/* ---- layers, losses and optimizers of your own ----
 *
 * These structs are the ones that the library itself uses: src/layers/relu.c, src/losses and
 * src/optim are examples. A registered kind works in every config of this context. It must outlive
 * the context, and its functions may be called by several threads at once. */

struct oh_key; /* see below */

/* A kind of layer, loss or optimizer. The config chooses it by its name in "type"; the other keys
 * fill `size` bytes of options. */
struct oh_kind {
    const char *name, *help;
    size_t size;               /* of the options struct; 0: none */
    const struct oh_key *keys; /* ends with OH_END_KEY; NULL: none */
    /* Checks what no single range can express. NULL if the options are consistent, otherwise the
     * end of a sentence. The pointer may be NULL. */
    const char *(*conflict)(const void *options);
};

struct oh_strings {
    int count;
    const char **items;
};

struct oh_numbers {
    int word; /* its index in `words`, or -1 if there is a list */
    int count;
    double *items;
};

enum oh_key_type {
    OH_KEY_END,
    OH_KEY_INT,     /* int */
    OH_KEY_REAL,    /* double; finite */
    OH_KEY_BOOL,    /* bool */
    OH_KEY_STRING,  /* const char * */
    OH_KEY_CHOICE,  /* int: the index of the string in `words` */
    OH_KEY_STRINGS, /* struct oh_strings */
    OH_KEY_REALS    /* struct oh_numbers: one of `words`, or numbers */
};

/* A hyperparameter: parsing, ranges, defaults and messages all come from its row. */
struct oh_key {
    const char *name;
    enum oh_key_type type;
    size_t offset;                        /* of the field in the options struct */
    const char *initial;                  /* the default, as JSON; NULL: the key is required */
    double min, max;                      /* of numbers: the range, including its ends */
    bool above_min;                       /* min itself is excluded */
    const char *const *words;             /* of OH_KEY_CHOICE, OH_KEY_REALS: ends with NULL */
    const void *reserved1;                /* NULL */
    bool reserved2;                       /* false */
    const void *reserved3;                /* NULL */
    bool reserved4, reserved5, reserved6; /* false */
    bool reserved7;                       /* false */
    const char *help;                     /* one line */
};

/* Rows of a table: OH_INT_KEY(struct options, units, "10", 1, 1000, "number of units"). */
#define OH_KEY(of, field, type, initial, low, high, help)                                          \
    {                                                                                              \
#field, type, offsetof(of, field), initial, low, high, false, NULL, NULL, false, NULL,     \
            false, false, false, false, help                                                       \
    }
#define OH_INT_KEY(of, field, initial, low, high, help)                                            \
    OH_KEY(of, field, OH_KEY_INT, initial, low, high, help)
#define OH_REAL_KEY(of, field, initial, low, high, help)                                           \
    OH_KEY(of, field, OH_KEY_REAL, initial, low, high, help)
#define OH_BOOL_KEY(of, field, initial, help) OH_KEY(of, field, OH_KEY_BOOL, initial, 0, 0, help)
#define OH_END_KEY                                                                                 \
    {                                                                                              \
        NULL, OH_KEY_END, 0, NULL, 0, 0, false, NULL, NULL, false, NULL, false, false, false,      \
            false, NULL                                                                            \
    }

/* A matrix, row by row: element (r, c) is data[r * cols + c]. It owns nothing. */
struct oh_tensor {
    float *data;
    int rows, cols;
};

enum { OH_LAYER_PARAMS = 2, OH_LAYER_CACHED = 6, OH_LAYER_ATTRIBUTES = 2 };

/* A trained tensor and its gradient. */
struct oh_param {
    const char *name; /* as torch.nn calls it: "weight", "bias" */
    bool vector;      /* 1 x n, stored as shape [n]; a matrix (in x out) is stored as [out][in] */
    struct oh_tensor value, grad;
};

struct oh_layer_type;

struct oh_layer {
    const struct oh_layer_type *type;
    int index;           /* its position in the model, from 0 */
    const void *options; /* as type->kind.keys describe */
    int in, out;         /* features per sample */
    int nparams;
    int ntrained; /* of these, how many are trained: all, or none if its option "frozen" is true */
    struct oh_param params[OH_LAYER_PARAMS];
    int ncached; /* what forward saves for backward: matrices with one row per row of the batch */
    struct oh_tensor cached[OH_LAYER_CACHED];
};

/* Some rows of a batch on their way through the layers. */
struct oh_pass {
    int first, rows; /* which rows of the batch: first .. first + rows - 1 */
    bool training;
    uint64_t seed;
    int64_t step; /* of the run, from 1 */
};

/* Texts for `onehot explain`; all NULL if there are none. */
struct oh_layer_formula {
    const char *forward, *backward;
    struct {
        const char *symbol, *gradient;
    } params[OH_LAYER_PARAMS];
    bool mask;
};

struct oh_layer_type {
    struct oh_kind kind;
    struct oh_layer_formula formula;

    bool nondifferentiable; /* the derivative jumps at x = 0 */
    bool can_die;           /* a unit whose output is 0 for every sample stays 0 */
    bool affine;            /* y = x W + b: W (in x out) is the first parameter, b the second */
    bool identity;          /* y = x outside training */

    /* How a function of single elements is exported; all NULL if it is not. Its options are
     * OH_KEY_REAL, at most OH_LAYER_ATTRIBUTES of them, and each has the name of an attribute. */
    struct {
        const char *c, *onnx, *onnx_attributes[OH_LAYER_ATTRIBUTES];
    } element;
    const char *export_instead; /* for a layer that cannot be exported: what can, or NULL */

    /* From l->in and the options: sets l->out, name and shape of each parameter, ncached and the
     * columns of each cached matrix. On failure, records the end of a sentence by oh_fail and
     * returns -1. NULL means out = in, no parameters, nothing cached. */
    int (*infer)(struct oh_layer *l, struct oh_error *e);

    /* Fills the parameters. Parameter k draws from the random stream first + k (oh_random). NULL if
     * there are none. */
    void (*init)(struct oh_layer *l, uint64_t seed, uint32_t first);

    /* y (N x out) from x (N x in), for the N rows of the pass. */
    void (*forward)(const struct oh_layer *l, const struct oh_pass *pass, struct oh_tensor x,
                    struct oh_tensor y);

    /* dx (N x in) from dy (N x out), with the same pass, x, y and cached as in forward. A row of dx
     * depends only on the same row of the others. */
    void (*backward)(const struct oh_layer *l, const struct oh_pass *pass, struct oh_tensor x,
                     struct oh_tensor y, struct oh_tensor dy, struct oh_tensor dx);

    /* Rows first .. first + grad.rows - 1 of the gradient of parameter k, from all rows of x, dy
     * and cached. Overwrites only grad. NULL if there are no parameters. */
    void (*gradient)(const struct oh_layer *l, int k, struct oh_tensor x, struct oh_tensor dy,
                     int first, struct oh_tensor grad);

    /* The step of plain SGD for the same rows, value -= rate * gradient, with the same bits;
     * false, and nothing done, where it cannot. NULL: never. */
    bool (*descend)(const struct oh_layer *l, int k, struct oh_tensor x, struct oh_tensor dy,
                    int first, float rate, struct oh_tensor value);

    struct oh_tensor (*attention_weights)(const struct oh_layer *l, int row); /* NULL */
};

/* The targets of a batch. */
struct oh_target {
    int *labels;              /* N of 0 .. K-1: the class with the largest y */
    struct oh_tensor y;       /* N x K of 0 .. 1 */
    struct oh_tensor teacher; /* N x K logits of a teacher; data is NULL if there is none */
};

/* Texts for `onehot explain`; all NULL if there are none. */
struct oh_loss_formula {
    const char *p, *loss, *gradient, *teacher, *student;
};

struct oh_loss_type {
    /* Its options begin with struct oh_numbers class_weights, its keys with
     * OH_CLASS_WEIGHTS_KEY: weights work the same way for every loss. */
    struct oh_kind kind;
    bool one_output;                        /* one output may stand for two classes */
    size_t temperature, teacher, smoothing; /* offsets of such options; 0: none */
    struct oh_loss_formula formula, formula_one;

    /* From logits z (N x K) and target t: the probabilities p (N x K), and the loss of each row in
     * nats. Outside training the loss is -log p_label, or -sum_j y_j log p_j, without options such
     * as smoothing. */
    void (*forward)(const void *options, bool training, struct oh_tensor z,
                    const struct oh_target *t, struct oh_tensor p, float *losses);

    /* dz (N x K): the gradient of the mean loss over `batch` rows, of which these are some. */
    void (*backward)(const void *options, struct oh_tensor z, struct oh_tensor p,
                     const struct oh_target *t, int batch, struct oh_tensor dz);
};

OH_API extern const char *const oh_class_weights[]; /* the words "none" and "balanced" */
#define OH_CLASS_WEIGHTS_KEY(of)                                                                   \
    {                                                                                              \
        "class_weights", OH_KEY_REALS, offsetof(of, class_weights), "\"none\"", 0, 1e9, false,     \
            oh_class_weights, NULL, false, NULL, false, false, false, false,                       \
            "weight of each class"                                                                 \
    }

enum { OH_OPTIM_VECTORS = 2 };

struct oh_update {
    double learning_rate;
    int64_t step; /* of the run, from 1 */
};

/* Texts for `onehot explain`; all NULL if there are none. */
struct oh_optim_formula {
    struct {
        const char *name, *update, *only;
    } states[OH_OPTIM_VECTORS];
    const char *theta;
};

struct oh_optim_type {
    struct oh_kind kind; /* its options begin with double learning_rate */
    struct oh_optim_formula formula;
    bool (*is_descent)(const void *options); /* whether a step is theta -= rate * grad; NULL: no */
    int vectors;                             /* of state, 0 .. OH_OPTIM_VECTORS */

    /* Moves theta (n) against grad (n). `state` holds `vectors` vectors of length n, 0 before the
     * first step. Element i of the results depends only on element i of each vector. */
    void (*step)(const void *options, struct oh_update update, size_t n, const float *grad,
                 float *theta, float *const *state);
};

/* Fail if the name is taken or a required function is missing. At most 32 of each. */
OH_API int oh_register_layer(oh_context *c, const struct oh_layer_type *type, oh_error *e);
OH_API int oh_register_loss(oh_context *c, const struct oh_loss_type *type, oh_error *e);
OH_API int oh_register_optimizer(oh_context *c, const struct oh_optim_type *type, oh_error *e);

/* Compares backward and gradient of every layer, and backward of the loss, with central
 * differences, at random inputs and the model's initial parameters. Values are binary32; the error
 * is relative to the largest gradient of each tensor, and a correct one stays below 1e-3. Fails at
 * the first tensor above that, with a sentence that names it. max_error may be NULL. */
OH_API int oh_gradcheck(oh_model *m, int features, int classes, double *max_error, oh_error *e);

/* For the functions of such types. oh_random fills x with the first n numbers of a random stream,
 * uniform in [0, 1). oh_expf, oh_logf and oh_tanhf have the same bits on every machine, unlike
 * those of libm. oh_fail records an error, and returns -1. */
OH_API void oh_random(uint64_t seed, uint32_t stream, size_t n, float *x);
OH_API float oh_expf(float x);
OH_API float oh_logf(float x);
OH_API float oh_tanhf(float x);
OH_API int oh_fail(struct oh_error *e, const char *sentence);

#ifdef __cplusplus
}
#endif
#endif
