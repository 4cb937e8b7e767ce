/* Runs a fuzz target on the files that are its arguments, once each, where there is no libFuzzer:
 * make corpus does so with every corpus. */
#include "base/file.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerInitialize(int *argc, char ***argv) __attribute__((weak));
size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max);

/* Only mutators call it. */
size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max) {
    (void)data, (void)max;
    return size;
}

int main(int argc, char **argv) {
    struct error e = {0};
    if (LLVMFuzzerInitialize)
        LLVMFuzzerInitialize(&argc, &argv);
    for (int i = 1; i < argc; i++) {
        size_t size;
        char *data = file_read(argv[i], 1 << 24, &size, &e);
        if (!data) {
            fprintf(stderr, "%s\n", e.text);
            return 1;
        }
        LLVMFuzzerTestOneInput((const uint8_t *)data, size);
        free(data);
    }
    printf("  corpus  %s: %d inputs\n", getenv("FUZZ") ? getenv("FUZZ") : argv[0], argc - 1);
    return 0;
}
