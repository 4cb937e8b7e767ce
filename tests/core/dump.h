/* What the core needs to train, and what it learnt, as files for any machine.
 *
 * The core (base, tensor, layers, losses, optim, the model's chain, the training loop) needs libc
 * alone; configs and pictures need libraries that a foreign machine's compiler may not have. So
 * host.c reads them here and writes a dump, core.c reads it there, trains, and writes theta, from
 * which host.c makes the model file whose hash is compared.
 *
 * Each function serves both ways: it writes what it is given, or reads it in its place. Numbers
 * are little-endian, whatever the machine is. */
#ifndef ONEHOT_TESTS_CORE_DUMP_H
#define ONEHOT_TESTS_CORE_DUMP_H

#include "train/train.h"

#include <stdio.h>

struct dump {
    FILE *file;
    bool writing;
    bool failed;         /* a file's end, no memory, ...: further calls do nothing */
    struct arena *arena; /* for what is read */
};

/* What config_read and formats_read gave. */
struct dump_input {
    struct config config;
    int features, classes;
    struct split train;
};

void dump_input(struct dump *d, struct dump_input *input);
void dump_theta(struct dump *d, struct model *m);

/* Whether all was written or read. Closes the file. */
ERROR_CHECKED bool dump_close(struct dump *d);

#endif
