#include "train/identity.h"
#include "train/train.h"

#include <stdio.h>
#include <stdlib.h>

/* What decides the result, hashed: config, data, numerics, and the model to start from. */
static int make_id(const struct config *c, const char *digest, char id[SHA256_HEX],
                   struct error *e) {
    struct text identity = {0};
    config_write_short(c, &identity);
    text_printf(&identity, "\ndataset %s\nnumerics %s\n", digest, TRAIN_NUMERICS);
    int result = 0;
    if (c->start_from[0]) {
        char hex[SHA256_HEX];
        size_t size;
        char *start = file_read(c->start_from, (size_t)-1 >> 1, &size, e);
        if (start) {
            sha256_hex(start, size, hex);
            text_printf(&identity, "start_from %s\n", hex);
        }
        result = start ? 0 : -1;
        free(start);
    }
    if (identity.failed)
        result = error_memory(e, "the run");
    if (result == 0)
        sha256_hex(identity.data, identity.size, id);
    text_free(&identity);
    return result;
}

int identity_make(const struct config *c, const char *digest, char id[SHA256_HEX],
                  char directory[FILE_PATH], struct error *e) {
    if (make_id(c, digest, id, e) != 0)
        return -1;
    int size = c->output[0] ? snprintf(directory, FILE_PATH, "%s", c->output)
                            : snprintf(directory, FILE_PATH, "runs/%s-%.8s", c->name, id);
    return size < FILE_PATH - 64 ? 0 : error_input(e, "the run directory's path is too long");
}
