/* Helpers of the suites about what onehot.h promises: a context, an error, small datasets and
 * models. test_contract.c, test_trainings.c, test_trained.c and test_register.c use them. */
#ifndef ONEHOT_TESTS_CONTRACT_H
#define ONEHOT_TESTS_CONTRACT_H

#include "messages.h"
#include "test.h"

#include <onehot.h>
#include <stdio.h>
#include <string.h>

static oh_error e;
static oh_context *c;

static inline void begin(void) {
    c = oh_context_new(&e);
    ck_assert_msg(e.status == 0, "%s", e.text);
}

static inline void fine(void) {
    ck_assert_msg(e.status == 0, "%s", e.text);
}

/* Checks that the call failed with the next text of messages.txt, and forgets the error. */
static inline void refused(const char *names) {
    struct error got = {(enum error_status)e.status, ""};
    snprintf(got.text, sizeof got.text, "%s", e.text);
    test_refused(&got, names);
    e = (oh_error){0};
}
#define REFUSED(failure, call, names)                                                              \
    do {                                                                                           \
        ck_assert((call) == (failure));                                                            \
        refused(names);                                                                            \
    } while (0)

/* Four points of the plane, of three columns, in two classes. */
static const float rows[12] = {0, 0, 1, 0, 1, 1, 1, 0, 1, 1, 1, 1};
static const int labels[4] = {0, 0, 1, 1};
static const unsigned char pixels[12] = {0, 0, 9, 0, 9, 9, 99, 0, 9, 99, 99, 9};

static inline oh_dataset *table(void) {
    oh_dataset *d = oh_dataset_from_rows(c, rows, labels, 4, 3, 2, &e);
    fine();
    return d;
}

static inline oh_dataset *images(void) {
    oh_dataset *d = oh_dataset_from_pixels(c, pixels, labels, 4, 1, 1, 3, 2, &e);
    fine();
    return d;
}

/* One linear layer, with these settings, each ending in a space. */
static inline oh_model *model(int units, const char *settings) {
    oh_model *m = oh_model_new(c, &e);
    char one[100];
    oh_linear(m, units);
    for (; *settings; settings += strlen(one) + 1) {
        snprintf(one, sizeof one, "%.*s", (int)strcspn(settings, " "), settings);
        oh_set(m, one);
    }
    fine();
    return m;
}

static inline oh_model *trained(oh_dataset *d, int units, const char *settings) {
    oh_model *m = model(units, settings);
    oh_train(m, d, &e);
    fine();
    return m;
}

#define AVERAGE "train.average={\"from\":1,\"decay\":0.5} "
#define SHORT   "data.validation=0 train.batch_size=2 train.epochs=3 "

#endif
