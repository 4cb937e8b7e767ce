/* A libFuzzer target for tables: whatever the bytes are, they must be read or refused by name,
 * without using more memory than their decoded size justifies. The first byte chooses the options.
 * A table that can be read is read again as a trained model would, which must give the same
 * samples. */
#include "data/formats.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const unsigned char *bytes, size_t size);

/* Fails unless a refusal names the file. */
static void check(const struct dataset *d, const struct error *e, const char *path) {
    if (!d && (e->status != ERROR_INPUT || strncmp(e->text, path, strlen(path)) != 0)) {
        fprintf(stderr, "refused with: %s\n", e->text);
        abort();
    }
}

static void read_again(const struct dataset *d, struct data_options from) {
    struct error e = {0};
    from.expected = d;
    struct dataset *same = formats_read(&from, NULL, &e);
    if (!same || strcmp(same->digest, d->digest) != 0) {
        fprintf(stderr, "read differently: %s\n", same ? "another digest" : e.text);
        abort();
    }
    dataset_free(same);
}

int LLVMFuzzerTestOneInput(const unsigned char *bytes, size_t size) {
    static const char *const labels[] = {"label", "0", "-1", "a,b"};
    char path[64];
    struct error e = {0};
    if (size == 0)
        return 0;
    snprintf(path, sizeof path, "/dev/shm/onehot-fuzz-%d.%s", (int)getpid(),
             *bytes & 1 ? "data" : "csv");
    FILE *f = fopen(path, "wb");
    if (!f || fwrite(bytes + 1, 1, size - 1, f) != size - 1 || fclose(f) != 0)
        abort();
    struct data_options from = {.path = path,
                                .label = labels[*bytes >> 1 & 3],
                                .missing = (*bytes >> 3) % 3,
                                .header = (*bytes >> 5) % 3,
                                .test_fraction = *bytes & 128 ? 0.5 : 0};
    struct dataset *d = formats_read(&from, NULL, &e);
    check(d, &e, path);
    if (d)
        read_again(d, from);
    dataset_free(d);
    unlink(path);
    return 0;
}
