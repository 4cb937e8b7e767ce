/* Trains a network on MNIST, saves it, and predicts the digit in a PNG file:
 *
 *   cc digits.c -lonehot -lm -lpthread && ./a.out CONFIG.json IMAGE.png
 *
 * Prints the SHA-256 of the model, which is the one that ./train CONFIG.json prints. */
#include <onehot.h>
#include <stdio.h>

static int on_epoch(void *user, const oh_training *t) {
    (void)user;
    printf("epoch %d: validation accuracy %.4f\n", oh_training_epochs(t),
           oh_training_figure(t, OH_VALIDATION_ACCURACY));
    return 0;
}

int main(int argc, char **argv) {
    oh_error e = {0};
    oh_context *c = oh_context_new(&e);
    oh_model *m = oh_model_read_config(c, argc > 1 ? argv[1] : "configs/mnist.json", &e);
    oh_training *t = oh_training_new(m, NULL, &e); /* on the data that the config names */
    unsigned char pixels[28 * 28];
    float p[10];

    oh_on_epoch(t, on_epoch, NULL);
    oh_run(t, &e);
    oh_finish(t, &e);
    oh_training_free(t);
    oh_model_save(m, "digits.safetensors", &e);
    if (!e.status)
        printf("SHA-256 %s\n", oh_model_sha256(m, &e));
    if (!e.status && argc > 2 && oh_read_image(m, argv[2], true, pixels, &e) == 0 &&
        oh_predict_pixels(m, pixels, 1, NULL, p, &e) == 0)
        for (int k = 0; k < 10; k++)
            printf("%s: %.4f\n", oh_model_class_name(m, k), p[k]);
    if (e.status)
        fprintf(stderr, "digits: %s\n", e.text);
    oh_model_free(m);
    oh_context_free(c);
    return e.status;
}
