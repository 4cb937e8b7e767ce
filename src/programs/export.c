/* onehot export: a trained model for other programs. */
#include "base/file.h"
#include "export/header.h"
#include "export/onnx.h"
#include "ui/command.h"
#include "ui/terminal.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

extern const struct command export_command;

enum { NAME = 64 };

/* A hostile file's may overflow. */
static int check_scaling(const struct model_file *s, struct error *e) {
    for (int i = 0; i < 256; i++)
        if (!isfinite(s->scaling.value[i]))
            return error_input(e, "%s: its scaling makes numbers that are not finite", s->path);
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

static int write_header(struct model_file *s, const char *path, struct error *e) {
    char name[NAME];
    struct text out = {0};
    set_name(name, path);
    int result = header_write(s, name, &out, e);
    if (result == 0)
        result = file_write(path, out.data, out.size, e);
    if (result == 0)
        printf("%s: %s parameters; int %s_predict_pixels(pixels, logits)\n", path,
               terminal_count((long long)s->model->nparams), name);
    text_free(&out);
    return result;
}

static int write_onnx(const struct model_file *s, const char *path, struct error *e) {
    struct text out = {0};
    int result = onnx_write(s, &out, e);
    if (result == 0)
        result = file_write(path, out.data, out.size, e);
    if (result == 0)
        printf("%s: %s parameters; input \"pixels\" [N, %d], output \"logits\" [N, %d]\n", path,
               terminal_count((long long)s->model->nparams), s->model->act[0].cols,
               s->model->p.cols);
    text_free(&out);
    return result;
}

static int run(int argc, char **argv, struct error *e) {
    const char *header = NULL, *onnx = NULL;
    struct option options[] = {
        {.name = "c", .value = &header, .metavar = "FILE.h", .help = "as a C99 header"},
        {.name = "onnx", .value = &onnx, .metavar = "FILE.onnx", .help = "as an ONNX model"},
        {0}};
    int count = command_options(&export_command, options, argc, argv, 1, 1, e);
    if (count < 0)
        return count == COMMAND_HELP ? 0 : -1;
    if (!header && !onnx)
        return error_input(e, "onehot export: --c FILE.h or --onnx FILE.onnx says what to write");

    struct model_file *s = model_file_read(argv[1], 1, e);
    int result = s ? check_scaling(s, e) : -1;
    if (result == 0 && s->dataset.columns.count > 0)
        result = error_input(e, "%s: was trained on a table; only models of pictures are exported",
                             s->path);
    if (result == 0 && header)
        result = write_header(s, header, e);
    if (result == 0 && onnx)
        result = write_onnx(s, onnx, e);
    model_file_free(s);
    return result;
}

const struct command export_command = {
    .name = "export",
    .summary = "write a model for other programs: as C, as ONNX",
    .arguments = "RUN_OR_MODEL [--c FILE.h] [--onnx FILE.onnx]",
    .help =
        "The header needs nothing but the C library. It holds the weights and predict functions,\n"
        "named after the file, whose logits are to the bit those of evaluate, with any compiler.\n"
        "The ONNX model has the same weights; its logits depend on the runtime's rounding. Of a\n"
        "calibrated model, too, these are the logits, not divided by its temperature. A file that\n"
        "is there is replaced.\n\n"
        "examples:\n"
        "  ./onehot export runs/latest --c digits.h\n"
        "  ./onehot export runs/latest --onnx digits.onnx\n",
    .run = run,
};
