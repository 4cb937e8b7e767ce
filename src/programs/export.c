/* onehot export: writes a trained model for other programs. */
#include "export/export.h"
#include "base/file.h"
#include "programs/commands.h"
#include "programs/trained.h"

#include <ctype.h>

static const struct option options[] = {
    OPTION(c, TEXT, "FILE.h", "write a header for C and C++"),
    OPTION(name, TEXT, "NAME", "the prefix of the header's names (default: the file's name)"),
    OPTION(int8, FLAG, NULL, "make the header compute in 8-bit integers, for microcontrollers"),
    OPTION(onnx, TEXT, "FILE.onnx", "write an ONNX model"),
    MOVED_DATA_OPTION,
    THREADS_OPTION,
};

/* Sets the prefix of the header's names: --name or, as a C identifier, the file's name:
 * models/my-net.v2.h gives my_net_v2. */
static int set_name(const char **name, const struct options *o, struct arena *a, struct error *e) {
    const char *slash = strrchr(o->c, '/'), *s = o->name ? o->name : slash ? slash + 1 : o->c;
    const char *dot = o->name ? NULL : strrchr(s, '.');
    char *c = arena_printf(a, "%s%.*s", isalpha((unsigned char)*s) ? "" : "model_",
                           dot ? (int)(dot - s) : (int)strlen(s), s);
    for (*name = c; c && *c; c++)
        *c = isalnum((unsigned char)*c) ? *c : '_';
    if (!*name)
        return error_memory(e, "the header");
    if (o->name && strcmp(*name, o->name) != 0)
        return error_input(e,
                           "--name %s: is not a C identifier; use a letter, then letters, digits "
                           "or _, such as %s",
                           o->name, *name);
    return 0;
}

/* Quantizes the model with the ranges of the training samples, and measures it on the test set or,
 * if there is none, on the training samples. */
static int quantize(struct quantized *q, struct trained *t, const struct options *o,
                    struct error *e) {
    struct sample_set training, test;
    if (trained_read(t, o->data, e) != 0)
        return -1;
    if (!trained_on(t))
        return error_input(e,
                           "%s: is not what %s was trained on, and --int8 measures ranges on the "
                           "training data; give --data PATH to say where it is",
                           t->path, t->file->path);
    bool tests = t->data->split[TEST].count > 0;
    if (model_file_samples(t->file, t->data, t->path, TRAIN, &t->arena, &training, e) ||
        model_file_samples(t->file, t->data, t->path, tests ? TEST : TRAIN, &t->arena, &test, e) ||
        quantized_make(q, t->file, &training, &test, &t->arena, e))
        return -1;
    printf("accuracy on %s %s samples: %.2f %% in float, %.2f %% in int8\n", text_count(test.count),
           tests ? "test" : "training", (test.count - q->errors_float) * 100.0 / test.count,
           (test.count - q->errors) * 100.0 / test.count);
    return 0;
}

static int export_header(struct trained *t, const struct options *o, struct error *e) {
    const char *name;
    struct quantized q;
    struct text out = {0};
    if (set_name(&name, o, &t->arena, e) != 0 || (o->int8 && quantize(&q, t, o, e) != 0) ||
        file_write_text(o->c, &out, header_write(t->file, o->int8 ? &q : NULL, name, &out, e), e) !=
            0)
        return -1;
    printf("%s: %s parameters; int %s_predict_%s, logits)\n", text_shown(o->c),
           text_count((long long)t->file->model->nparams), name,
           t->file->dataset.columns.count > 0 ? "row(row" : "pixels(pixels");
    return 0;
}

static int export_onnx(const struct model_file *s, const char *path, struct error *e) {
    struct text out = {0};
    if (file_write_text(path, &out, onnx_write(s, &out, e), e) != 0)
        return -1;
    printf("%s: %s parameters; input \"%s\" [N, %d], output \"logits\" [N, %d]\n", text_shown(path),
           text_count((long long)s->model->nparams), onnx_input(s), s->model->act[0].cols,
           model_outputs(s->model));
    return 0;
}

static int run(const struct options *o, char **arguments, struct error *e) {
    SCOPED(trained) t = {0};
    if (!o->c && (!o->onnx || o->name || o->int8))
        return error_input(e, "onehot export: give --c FILE.h%s",
                           o->onnx ? ", since --name and --int8 are for headers"
                                   : " or --onnx FILE.onnx");
    if (trained_open(&t, arguments[0], o->threads, e) != 0 || exportable_check(t.file, e) != 0 ||
        (o->c && export_header(&t, o, e) != 0))
        return -1;
    return o->onnx ? export_onnx(t.file, o->onnx, e) : 0;
}

COMMAND(export, 1, 1);
