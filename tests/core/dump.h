/* Files that carry the core's input to another machine, and its result back.
 *
 * The core (base, tensor, layers, losses, optim, the model's chain, the training loop) needs only
 * libc; reading configs and images needs libraries that a foreign machine's compiler may not
 * have. So host.c reads them on this machine and writes a dump. core.c reads the dump on the other
 * machine, trains, and writes theta. Then host.c makes the model file from theta, and its hash is
 * compared.
 *
 * Each function works in both directions: it writes its argument, or reads into it. Numbers are
 * little-endian on every machine. */
#ifndef ONEHOT_TESTS_CORE_DUMP_H
#define ONEHOT_TESTS_CORE_DUMP_H

#include "train/train.h"

#include <stdio.h>

struct dump {
    FILE *file;
    bool writing;
    bool failed; /* after the end of the file, a lack of memory, ...; further calls do nothing */
    struct arena *arena; /* for data that is read */
};

/* The results of config_read and formats_read. Of the dataset, only the shape, the number of
 * classes and the training split are carried. */
void dump_input(struct dump *d, struct config *config, struct dataset *data);
void dump_theta(struct dump *d, struct model *m);

/* Closes the file; returns whether everything was written or read. */
ERROR_CHECKED bool dump_close(struct dump *d);

#endif
