/* onehot export: writes a trained model for other programs. */
#include "base/file.h"
#include "export/header.h"
#include "export/onnx.h"
#include "programs/commands.h"
#include "ui/terminal.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

struct options {
    const char *c, *onnx;
};

static const struct option options[] = {
    OPTION(c, TEXT, "FILE.h", "as a C99 header"),
    OPTION(onnx, TEXT, "FILE.onnx", "as an ONNX model"),
    END_OPTION,
};

enum { NAME = 64 };

static int check(const struct model_file *s, struct error *e) {
    for (int i = 0; i < 256; i++) /* a hostile file's scaling may overflow */
        if (!isfinite(s->scaling.value[i]))
            return error_input(e, "%s: its input scaling gives numbers that are not finite",
                               s->path);
    if (s->dataset.columns.count > 0)
        return error_input(
            e, "%s: was trained on a table; only models for pictures can be exported", s->path);
    return 0;
}

/* The file's name as a C identifier: models/my-net.h is my_net. */
static void set_name(char name[NAME], const char *path) {
    const char *slash = strrchr(path, '/'), *s = slash ? slash + 1 : path;
    size_t n = 0, length = strcspn(s, ".");
    if (!isalpha((unsigned char)*s))
        n = (size_t)snprintf(name, NAME, "model_");
    for (size_t i = 0; i < length && n < NAME - 1; i++)
        name[n++] = isalnum((unsigned char)s[i]) ? s[i] : '_';
    name[n] = '\0';
}

static int export_header(struct model_file *s, const char *path, struct error *e) {
    char name[NAME];
    struct text out = {0};
    set_name(name, path);
    if (file_write_text(path, &out, header_write(s, name, &out, e), e) != 0)
        return -1;
    printf("%s: %s parameters; int %s_predict_pixels(pixels, logits)\n", path,
           terminal_count((long long)s->model->nparams), name);
    return 0;
}

static int export_onnx(const struct model_file *s, const char *path, struct error *e) {
    struct text out = {0};
    if (file_write_text(path, &out, onnx_write(s, &out, e), e) != 0)
        return -1;
    printf("%s: %s parameters; input \"pixels\" [N, %d], output \"logits\" [N, %d]\n", path,
           terminal_count((long long)s->model->nparams), s->model->act[0].cols, s->model->p.cols);
    return 0;
}

static int run(const void *given, char **arguments, struct error *e) {
    const struct options *o = given;
    if (!o->c && !o->onnx)
        return error_input(e, "onehot export: give --c FILE.h or --onnx FILE.onnx");
    struct model_file *s = model_file_read(arguments[0], 1, e);
    int result = s ? check(s, e) : -1;
    if (result == 0 && o->c)
        result = export_header(s, o->c, e);
    if (result == 0 && o->onnx)
        result = export_onnx(s, o->onnx, e);
    model_file_free(s);
    return result;
}

const struct command export_command = {
    COMMAND(export, 1, 1),
    .summary = "export a model as a C header or as ONNX",
    .arguments = "RUN_OR_MODEL [--c FILE.h] [--onnx FILE.onnx]",
};
