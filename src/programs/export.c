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
    const char *c, *name, *onnx;
};

static const struct option options[] = {
    OPTION(c, TEXT, "FILE.h", "as a header for C and C++"),
    OPTION(name, TEXT, "NAME", "how the header's names begin (default: the file's name)"),
    OPTION(onnx, TEXT, "FILE.onnx", "as an ONNX model"),
    END_OPTION,
};

enum { NAME = 264 }; /* the longest file name, after "model_" */

static int check(const struct model_file *s, struct error *e) {
    for (int i = 0; i < 256; i++) /* a hostile file's scaling may overflow */
        if (!isfinite(s->scaling.value[i]))
            return error_input(e, "%s: its input scaling gives numbers that are not finite",
                               s->path);
    return 0;
}

/* Sets the name that begins all names of the header: the option's or, as a C identifier, the
 * file's; models/my-net.v2.h gives my_net_v2. */
static int set_name(char name[NAME], const char *option, const char *path, struct error *e) {
    const char *slash = strrchr(path, '/'), *s = option ? option : slash ? slash + 1 : path;
    const char *dot = option ? NULL : strrchr(s, '.');
    size_t n = 0, length = dot ? (size_t)(dot - s) : strlen(s);
    if (!isalpha((unsigned char)*s))
        n = (size_t)snprintf(name, NAME, "model_");
    for (size_t i = 0; i < length && n < NAME - 1; i++)
        name[n++] = isalnum((unsigned char)s[i]) ? s[i] : '_';
    name[n] = '\0';
    if (option && strcmp(name, option) != 0)
        return error_input(e,
                           "--name %s: is not a name for C; it must be a letter and up to %d more "
                           "letters, digits or _, such as %s",
                           option, NAME - 2, name);
    return 0;
}

static int export_header(struct model_file *s, const struct options *o, struct error *e) {
    char name[NAME];
    struct text out = {0};
    if (set_name(name, o->name, o->c, e) != 0 ||
        file_write_text(o->c, &out, header_write(s, name, &out, e), e) != 0)
        return -1;
    printf("%s: %s parameters; int %s_predict_%s, logits)\n", o->c,
           terminal_count((long long)s->model->nparams), name,
           s->dataset.columns.count > 0 ? "row(row" : "pixels(pixels");
    return 0;
}

static int export_onnx(const struct model_file *s, const char *path, struct error *e) {
    struct text out = {0};
    if (file_write_text(path, &out, onnx_write(s, &out, e), e) != 0)
        return -1;
    printf("%s: %s parameters; input \"%s\" [N, %d], output \"logits\" [N, %d]\n", path,
           terminal_count((long long)s->model->nparams), onnx_input(s), s->model->act[0].cols,
           s->model->p.cols);
    return 0;
}

static int run(const void *given, char **arguments, struct error *e) {
    const struct options *o = given;
    if (!o->c && (!o->onnx || o->name))
        return error_input(e, "onehot export: give --c FILE.h%s",
                           o->name ? ", the header that --name is for" : " or --onnx FILE.onnx");
    struct model_file *s = model_file_read(arguments[0], 1, e);
    int result = s ? check(s, e) : -1;
    if (result == 0 && o->c)
        result = export_header(s, o, e);
    if (result == 0 && o->onnx)
        result = export_onnx(s, o->onnx, e);
    model_file_free(s);
    return result;
}

const struct command export_command = {
    COMMAND(export, 1, 1),
    .summary = "export a model as a C header or as ONNX",
    .arguments = "RUN_OR_MODEL [--c FILE.h [--name NAME]] [--onnx FILE.onnx]",
};
