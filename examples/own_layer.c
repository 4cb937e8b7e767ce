/* A layer of one's own, leaky ReLU, gradient-checked and trained:
 *
 *   cc own_layer.c -lonehot -lm -lpthread && ./a.out
 *
 * y = x where x > 0, else slope x (Maas, Hannun and Ng 2013). */
#include <onehot.h>
#include <stdio.h>

struct leaky_relu {
    double slope;
};

static const struct oh_key keys[] = {
    OH_REAL_KEY(struct leaky_relu, slope, "0.01", 0, 1, "dy/dx where x is below 0"), OH_END_KEY};

static void forward(const struct oh_layer *l, const struct oh_pass *pass, struct oh_tensor x,
                    struct oh_tensor y) {
    float slope = (float)((const struct leaky_relu *)l->options)->slope;
    (void)pass;
    for (int i = 0; i < x.rows * x.cols; i++)
        y.data[i] = x.data[i] > 0 ? x.data[i] : slope * x.data[i];
}

static void backward(const struct oh_layer *l, const struct oh_pass *pass, struct oh_tensor x,
                     struct oh_tensor y, struct oh_tensor dy, struct oh_tensor dx) {
    float slope = (float)((const struct leaky_relu *)l->options)->slope;
    (void)pass, (void)y;
    for (int i = 0; i < x.rows * x.cols; i++)
        dx.data[i] = x.data[i] > 0 ? dy.data[i] : slope * dy.data[i];
}

int main(void) {
    static struct oh_layer_type leaky_relu;
    oh_error e = {0};
    oh_context *c = oh_context_new(&e);
    oh_model *m;
    oh_dataset *d = oh_dataset_read(c, "toy:spiral", &e);
    double error, accuracy;

    leaky_relu.kind.name = "leaky_relu";
    leaky_relu.kind.help = "y = x where x > 0, else slope x";
    leaky_relu.kind.size = sizeof(struct leaky_relu);
    leaky_relu.kind.keys = keys;
    leaky_relu.nondifferentiable = true;
    leaky_relu.forward = forward;
    leaky_relu.backward = backward;
    oh_register_layer(c, &leaky_relu, &e);

    m = oh_model_new(c, &e);
    oh_linear(m, 64);
    oh_layer(m, "leaky_relu");
    oh_linear(m, 3);
    oh_set(m, "model.1.slope=0.1");
    oh_set(m, "optimizer.momentum=0.9");
    oh_set(m, "train.epochs=60");
    if (oh_gradcheck(m, 2, 3, &error, &e) == 0)
        printf("gradients agree to %s\n", error < 1e-3 ? "1e-3" : "less");
    oh_train(m, d, &e);
    if (oh_evaluate(m, d, OH_TEST, NULL, &accuracy, &e) == 0)
        printf("test accuracy %.3f\nSHA-256 %s\n", accuracy, oh_model_sha256(m, &e));
    if (e.status)
        fprintf(stderr, "own_layer: %s\n", e.text);
    oh_model_free(m);
    oh_dataset_free(d);
    oh_context_free(c);
    return e.status;
}
