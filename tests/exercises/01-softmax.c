#include "exercise.h"
#include "tensor/softmax.c"

void softmax(struct tensor z, struct tensor p) {
    softmax_rows(z, 1, p);
}
