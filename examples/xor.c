/* Learns XOR from four rows: cc xor.c -lonehot -lm -lpthread && ./a.out */
#include <onehot.h>
#include <stdio.h>

int main(void) {
    const float rows[4 * 2] = {0, 0, 0, 1, 1, 0, 1, 1};
    const int labels[4] = {0, 1, 1, 0};
    float p[4 * 2];
    oh_error e = {0};
    oh_context *c = oh_context_new(&e);
    oh_dataset *d = oh_dataset_from_rows(c, rows, labels, 4, 2, 2, &e);
    oh_model *m = oh_model_new(c, &e);

    oh_linear(m, 8);
    oh_tanh(m);
    oh_linear(m, 2);
    oh_set(m, "optimizer.learning_rate=0.5");
    oh_set(m, "train.epochs=500");
    oh_train(m, d, &e);
    oh_predict_rows(m, rows, 4, NULL, p, &e);
    if (e.status)
        fprintf(stderr, "xor: %s\n", e.text);
    for (int i = 0; i < 4 && !e.status; i++)
        printf("%g xor %g: %.3f\n", rows[2 * i], rows[2 * i + 1], p[2 * i + 1]);

    oh_model_free(m);
    oh_dataset_free(d);
    oh_context_free(c);
    return e.status;
}
