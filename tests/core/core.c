/* The core as a program, for machines that have only a C compiler.
 *
 *   core                      lists the kernels that run here
 *   core INPUT THREADS THETA  trains (ONEHOT_KERNEL chooses the kernel) */
#include "dump.h"
#include "tensor/kernel.h"

#include <stdlib.h>

static int train(struct training *t, const char *in, const char *out, struct error *e) {
    struct dump from = {.file = fopen(in, "rb"), .arena = &t->arena}, to = {.writing = true};
    struct config config;
    static struct dataset data;
    if (!from.file)
        return error_input(e, "%s: cannot be read", in);
    dump_input(&from, &config, &data);
    if (!dump_close(&from))
        return error_input(e, "%s: is no whole dump", in);

    t->config = config;
    t->data = &data;
    if (prepare_training(t, in, e) != 0)
        return -1;
    if (train_run(t, &(struct train_observer){0}, e) != 0)
        return -1;

    to.file = fopen(out, "wb");
    if (!to.file)
        return error_run(e, "%s: cannot be written", out);
    dump_theta(&to, t->model);
    return dump_close(&to) ? 0 : error_run(e, "%s: cannot be written", out);
}

int main(int argc, char **argv) {
    struct training t = {0};
    struct error e = {0};
    if (argc != 4) {
        for (int i = 0; kernel_available(i); i++)
            puts(kernel_available(i));
        return 0;
    }
    t.pool = thread_pool_new(atoi(argv[2]), &e);
    int result = t.pool ? kernel_choose(getenv("ONEHOT_KERNEL"), &e) : -1;
    if (result == 0)
        result = train(&t, argv[1], argv[3], &e);
    if (result != 0)
        fprintf(stderr, "core: %s\n", e.text);
    thread_pool_free(t.pool);
    model_free(t.model);
    arena_free(&t.arena);
    return result == 0 ? 0 : (int)e.status;
}
