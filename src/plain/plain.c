/* The plain trainer: how a network learns to read digits, in one file of plain loops. Read it from
 * top to bottom.
 *
 *   make plain && ./plain     trains the network of configs/mnist.json: 98 % right on the test set
 *   ./plain softmax           softmax regression, a network without hidden layers: 93 % right
 *
 * A network is a function with many parameters that turns the pixels of an image into a
 * probability for each digit. The loss L says how wrong these are: 0 if the true digits have
 * probability 1. The gradient, the derivative of L with respect to each parameter, says which way
 * to change them to make L smaller. So, for a few images at a time: compute L (forward), compute
 * the gradient (backward), take a small step downhill (update). Repeat, then test on images that
 * the network has never seen.
 *
 * Notation: x (N x in) is an array of N rows, one per image, of `in` numbers; C's x[n * in + i]
 * is x[n][i] in the comments. dx is ∂L/∂x, with one number for each number in x. n is the index of
 * an image in a batch, i of an input of a layer, j of an output.
 *
 * This file is also the specification of the fast program: `./train configs/mnist.json`, which has
 * threads, vector instructions and many more features, must end with the same parameters, bit for
 * bit. The last line printed here is their SHA-256, which ./train prints as "weights". Each
 * floating-point operation rounds, so a sum depends on the order of its terms: ./train has to add
 * in the order of the loops below.
 *
 * Read next: tensor/tensor.h, the start of the fast and general version. */
#include "base/arena.h"      /* memory that is freed all at once */
#include "base/error.h"      /* an error: a sentence, and the exit status */
#include "base/rng.h"        /* random numbers, from numbered streams */
#include "base/sha256.h"     /* the hash of the result */
#include "data/formats.h"    /* reading a dataset */
#include "data/sample_set.h" /* splitting it */
#include "tensor/fma.h"      /* real_fma(a, b, c) = a * b + c, rounded once */
#include "tensor/vmath.h"    /* exp and log that are the same on every machine */

#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- 1. What to train: change these lines, and make plain ---- */

enum activation { RELU, SIGMOID };
enum { MAX_LAYERS = 5 };

struct recipe {
    const char *name;
    int hidden[MAX_LAYERS];     /* the units of each hidden layer, up to 4 layers, ending with 0 */
    enum activation activation; /* of the hidden layers */
    float learning_rate, momentum;
    int batch_size, epochs, seed;
};

static const struct recipe mnist = {"mnist", {128, 0}, RELU, 0.2f, 0, 32, 15, 42};
static const struct recipe sigmoid = {"sigmoid", {128, 0}, SIGMOID, 0.5f, 0, 32, 25, 42};
static const struct recipe softmax = {"softmax", {0}, RELU, 0.1f, 0, 64, 30, 42};

/* ---- 2. The data ---- */

/* Reads a batch of N images, whose indices in the dataset are order (N): their pixels, scaled from
 * 0 .. 255 to 0 .. 1, become x (N x in), and the digits that they show become label (N). */
static void gather(const struct split *s, const int *order, int N, int in, float *x, int *label) {
    for (int n = 0; n < N; n++) {
        const uint8_t *pixels = s->pixels + (size_t)order[n] * (size_t)in;
        for (int i = 0; i < in; i++)
            x[n * in + i] = (float)pixels[i] / 255;
        label[n] = s->labels[order[n]];
    }
}

/* Each epoch takes the images in a new random order, so every batch is a random sample of them.
 * This is the Fisher-Yates shuffle: any of the n images may get the last position, any of the
 * others the position before it, and so on. */
static void shuffle(int *order, int n, int seed, int epoch) {
    struct rng r = rng_stream((uint64_t)seed, RNG_SHUFFLE, (uint32_t)epoch);
    for (int last = n - 1; last > 0; last--) {
        int k = (int)rng_below(&r, (uint32_t)last + 1), chosen = order[k]; /* 0 <= k <= last */
        order[k] = order[last];
        order[last] = chosen;
    }
}

/* ---- 3. The linear layer: z = x W + b ---- */

/* The initial parameters are random: units that start equal would get equal gradients and stay
 * equal forever. They are uniform in +-1/sqrt(in), so a sum of `in` products is neither tiny nor
 * huge. Each array of parameters has its own stream of random numbers. */
static void init(float *theta, int size, int in, int seed, int stream) {
    struct rng r = rng_stream((uint64_t)seed, RNG_INIT, (uint32_t)stream);
    float bound = 1 / sqrtf((float)in);
    for (int k = 0; k < size; k++)
        theta[k] = (2 * rng_uniform(&r) - 1) * bound; /* rng_uniform: 0 <= u < 1 */
}

/* Computes z (N x out) from x (N x in), w (in x out) and b (out). An output is a bias plus a
 * weighted sum of all inputs:
 *
 *   z[n][j] = b[j] + sum_i x[n][i] w[i][j]
 *
 * The loop over j is innermost since w[i][j] and w[i][j+1] are neighbours in memory; the terms of
 * z[n][j] still come in ascending i. Terms with x[n][i] = 0 add nothing, and four out of five
 * pixels are black, so we skip those terms. */
static void linear_forward(int N, int in, int out, const float *x, const float *w, const float *b,
                           float *z) {
    for (int n = 0; n < N; n++) {
        for (int j = 0; j < out; j++)
            z[n * out + j] = b[j];
        for (int i = 0; i < in; i++)
            if (x[n * in + i] != 0)
                for (int j = 0; j < out; j++)
                    z[n * out + j] = real_fma(x[n * in + i], w[i * out + j], z[n * out + j]);
    }
}

/* Computes dw (in x out), db (out) and dx (N x in) from dz (N x out). The chain rule: the gradient
 * with respect to a weight, a bias or an input is the sum, over every z[n][j] that it affects, of
 * dz[n][j] times the derivative of z[n][j] with respect to it. By the formula above, these are
 *
 *   ∂z[n][j]/∂w[i][j] = x[n][i]      ∂z[n][j]/∂b[j] = 1      ∂z[n][j]/∂x[n][i] = w[i][j]
 *
 * w[i][j] and b[j] affect output j of every image n, x[n][i] every output j of image n:
 *
 *   dw[i][j] = sum_n x[n][i] dz[n][j]      (dW = x^T dz)
 *   db[j]    = sum_n dz[n][j]
 *   dx[n][i] = sum_j dz[n][j] w[i][j]      (dx = dz W^T)
 *
 * So all three matrix products of a layer, for z, dw and dx, are the same loops over n, i and j.
 * Each sums over the one index that is missing from its result. */
static void linear_backward(int N, int in, int out, const float *x, const float *w, const float *dz,
                            float *dw, float *db, float *dx) {
    memset(dw, 0, (size_t)(in * out) * sizeof *dw);
    for (int n = 0; n < N; n++)
        for (int i = 0; i < in; i++)
            if (x[n * in + i] != 0)
                for (int j = 0; j < out; j++)
                    dw[i * out + j] = real_fma(x[n * in + i], dz[n * out + j], dw[i * out + j]);

    memset(db, 0, (size_t)out * sizeof *db);
    for (int n = 0; n < N; n++)
        for (int j = 0; j < out; j++)
            db[j] += dz[n * out + j];

    if (!dx) /* the gradient with respect to the pixels is not needed */
        return;
    memset(dx, 0, (size_t)(N * in) * sizeof *dx);
    for (int n = 0; n < N; n++)
        for (int i = 0; i < in; i++)
            for (int j = 0; j < out; j++)
                dx[n * in + i] = real_fma(dz[n * out + j], w[i * out + j], dx[n * in + i]);
}

/* ---- 4. The activation: a nonlinear function between two linear layers ---- */

/* Without it, two linear layers could do no more than one: (x V) W = x (V W). It acts on each
 * number separately, so the chain rule has one term: dz = da ∂a/∂z.
 *
 * ReLU: a = max(z, 0). The derivative is 1 where z > 0, which is where a > 0, and 0 where z < 0: a
 * unit that is off passes on no gradient. At z = 0 there is no derivative; like everyone else, we
 * use 0. */
static void relu_forward(int size, const float *z, float *a) {
    for (int k = 0; k < size; k++)
        a[k] = z[k] <= 0 ? 0 : z[k];
}

static void relu_backward(int size, const float *a, const float *da, float *dz) {
    for (int k = 0; k < size; k++)
        dz[k] = a[k] > 0 ? da[k] : 0;
}

/* Sigmoid: a = 1 / (1 + e^-z), or e^z / (1 + e^z), which is the same. We use the form whose
 * exponent is not positive, so nothing overflows. The derivative, with u = 1 + e^-z and a = 1/u:
 *
 *   ∂a/∂z = -1/u^2 ∂u/∂z = e^-z / u^2 = 1/u (u - 1)/u = a (1 - a) */
static void sigmoid_forward(int size, const float *z, float *a) {
    for (int k = 0; k < size; k++) {
        float e = z[k] < 0 ? z[k] : -z[k];
        vmath_exp(1, &e, &e); /* e = exp(e) */
        a[k] = (z[k] < 0 ? e : 1) / (1 + e);
    }
}

static void sigmoid_backward(int size, const float *a, const float *da, float *dz) {
    for (int k = 0; k < size; k++)
        dz[k] = da[k] * (a[k] * (1 - a[k]));
}

/* ---- 5. The loss: softmax and cross-entropy ---- */

/* Computes p (N x K) and loss (N) from z (N x K) and label (N). The K outputs of the last layer,
 * one per class, are called logits and can be any numbers. Softmax turns the logits of an image
 * into probabilities, which are positive and sum to 1:
 *
 *   p_j = e^z_j / s      with s = sum_k e^z_k
 *
 * Cross-entropy is the surprise at the true label: loss = -log p_label. It is 0 for p_label = 1,
 * log K if all classes have the same p, and grows without bound as p_label goes to 0.
 *
 * Subtracting the largest logit m from all of them divides every e^z_j and s by e^m, which does not
 * change p. Then no exponent is positive, and nothing overflows. The loss becomes log s - (z_label
 * - m), where no small p can round to 0 before its logarithm is taken. */
static void loss_forward(int N, int K, const float *z, const int *label, float *p, float *loss) {
    for (int n = 0; n < N; n++, z += K, p += K) { /* z and p: the rows of image n */
        float m = z[0], s = 0;
        for (int j = 1; j < K; j++)
            m = z[j] > m ? z[j] : m;
        for (int j = 0; j < K; j++)
            p[j] = z[j] - m;
        vmath_exp((size_t)K, p, p); /* p[j] = exp(p[j]) */
        for (int j = 0; j < K; j++)
            s += p[j];
        for (int j = 0; j < K; j++)
            p[j] /= s;
        loss[n] = vmath_log(s) - (z[label[n]] - m);
    }
}

/* Computes dz (N x K) from p (N x K) and label (N). With loss = log s - z_label: the derivative of
 * log s is ∂s/∂z_j / s = e^z_j / s = p_j, and the derivative of z_label is 1 for j = label, and 0
 * otherwise. Call this y_j: it is the truth, written as probabilities. So the gradient is
 * prediction minus truth,
 *
 *   ∂loss/∂z_j = p_j - y_j
 *
 * divided by N, since L is the mean loss of the N images. */
static void loss_backward(int N, int K, const float *p, const int *label, float *dz) {
    for (int n = 0; n < N; n++)
        for (int j = 0; j < K; j++) {
            float y = j == label[n] ? 1 : 0;
            dz[n * K + j] = (p[n * K + j] - y) / (float)N;
        }
}

/* ---- 6. The network: forward and backward through all layers ---- */

struct layer {
    int in, out;
    float *w, *b;   /* (in x out), (out): the parameters */
    float *dw, *db; /* their gradients */
    float *vw, *vb; /* their velocities, see section 7 */
    float *x, *dx;  /* (N x in): the layer before calls them a and da */
    float *z, *dz;  /* (N x out): x W + b */
    float *a, *da;  /* (N x out): the activation of z; in the last layer, softmax's p */
};

struct network {
    struct layer layers[MAX_LAYERS];
    int nlayers;
    enum activation activation;
    int *label;  /* (N) */
    float *loss; /* (N) */
};

static void forward(struct network *net, int N) {
    for (int k = 0; k < net->nlayers; k++) {
        struct layer *l = &net->layers[k];
        linear_forward(N, l->in, l->out, l->x, l->w, l->b, l->z);
        if (k == net->nlayers - 1)
            loss_forward(N, l->out, l->z, net->label, l->a, net->loss);
        else if (net->activation == RELU)
            relu_forward(N * l->out, l->z, l->a);
        else
            sigmoid_forward(N * l->out, l->z, l->a);
    }
}

/* Backpropagation: the chain rule, from the last function to the first. */
static void backward(struct network *net, int N) {
    for (int k = net->nlayers - 1; k >= 0; k--) {
        struct layer *l = &net->layers[k];
        if (k == net->nlayers - 1)
            loss_backward(N, l->out, l->a, net->label, l->dz);
        else if (net->activation == RELU)
            relu_backward(N * l->out, l->a, l->da, l->dz);
        else
            sigmoid_backward(N * l->out, l->a, l->da, l->dz);
        linear_backward(N, l->in, l->out, l->x, l->w, l->dz, l->dw, l->db, l->dx);
    }
}

/* ---- 7. The update: stochastic gradient descent with momentum ---- */

/* The gradient points in the direction in which L grows fastest, so the step goes the opposite way.
 * But a batch's gradient is only an estimate of the gradient over all images. Momentum steps along
 * the velocity v instead, a decaying sum of the gradients so far, in which noise averages out.
 * (With momentum 0, v = dtheta.)
 */
static void sgd(int size, const struct recipe *r, const float *dtheta, float *v, float *theta) {
    for (int k = 0; k < size; k++) {
        v[k] = r->momentum * v[k] + dtheta[k];
        theta[k] -= r->learning_rate * v[k];
    }
}

static void update(struct network *net, const struct recipe *r) {
    for (struct layer *l = net->layers; l < net->layers + net->nlayers; l++) {
        sgd(l->in * l->out, r, l->dw, l->vw, l->w);
        sgd(l->out, r, l->db, l->vb, l->b);
    }
}

/* ---- 8. The epoch and the test: going through a set of images, batch by batch ---- */

struct score {
    double loss, accuracy; /* accuracy: % of the images that are right */
};

/* Scores each batch; with `learn`, then trains on it. */
static struct score epoch(struct network *net, const struct recipe *r, struct sample_set s,
                          bool learn) {
    const struct layer *last = &net->layers[net->nlayers - 1];
    double sum = 0;
    int wrong = 0;
    for (int first = 0; first < s.count; first += r->batch_size) {
        int N = s.count - first < r->batch_size ? s.count - first : r->batch_size;
        gather(s.split, s.order + first, N, net->layers[0].in, net->layers[0].x, net->label);
        forward(net, N);
        for (int n = 0; n < N; n++) {
            const float *z = last->z + n * last->out;
            int prediction = 0; /* the class with the largest logit */
            for (int j = 1; j < last->out; j++)
                prediction = z[j] > z[prediction] ? j : prediction;
            wrong += prediction != net->label[n];
            sum += (double)net->loss[n];
        }
        if (learn) {
            backward(net, N);
            update(net, r);
        }
    }
    return (struct score){sum / s.count, 100 * (1 - (double)wrong / s.count)};
}

/* ---- 9. The program ---- */

/* Allocates rows x cols zeros of 4 bytes; every index must fit in an int. */
static void *array(struct arena *memory, int rows, int cols) {
    void *p = rows <= INT_MAX / cols ? arena_alloc(memory, (size_t)(rows * cols), 4) : NULL;
    if (!p) {
        fprintf(stderr, "plain: not enough memory for a network of this size\n");
        exit(ERROR_RUN);
    }
    return p;
}

/* Layer k draws its weights from random stream 512 k and its biases from stream 512 k + 1: ./train
 * reserves 256 streams for each of its layers, and counts activations as layers. */
static struct network network_new(const struct recipe *r, const struct dataset *d,
                                  struct arena *memory) {
    int N = r->batch_size, in = dataset_features(d);
    float *x = array(memory, N, in), *dx = NULL;
    struct network net = {
        .activation = r->activation, .label = array(memory, N, 1), .loss = array(memory, N, 1)};
    for (int k = 0; k == 0 || r->hidden[k - 1] != 0; k++) {
        int out = r->hidden[k] != 0 ? r->hidden[k] : d->classes.count;
        struct layer l = {.in = in, .out = out, .x = x, .dx = dx};
        l.w = array(memory, in, out), l.b = array(memory, 1, out);
        l.dw = array(memory, in, out), l.db = array(memory, 1, out);
        l.vw = array(memory, in, out), l.vb = array(memory, 1, out);
        l.z = array(memory, N, out), l.dz = array(memory, N, out);
        l.a = x = array(memory, N, out), l.da = dx = array(memory, N, out);
        init(l.w, in * out, in, r->seed, 512 * k);
        init(l.b, out, in, r->seed, 512 * k + 1);
        net.layers[net.nlayers++] = l;
        in = out;
    }
    return net;
}

/* Hashes `count` floats that are `step` apart, each as 4 bytes, the lowest first. */
static void hash(struct sha256 *h, const float *value, int count, int step) {
    for (int k = 0; k < count; k++) {
        uint32_t bits;
        memcpy(&bits, &value[k * step], sizeof bits);
        for (int byte = 0; byte < 4; byte++, bits >>= 8)
            sha256_add(h, &(uint8_t){(uint8_t)bits}, 1);
    }
}

/* Hashes the parameters in the order of model.safetensors: for each layer b, then W column by
 * column. */
static void print_hash(const struct network *net) {
    struct sha256 h;
    char hex[SHA256_HEX];
    sha256_begin(&h);
    for (const struct layer *l = net->layers; l < net->layers + net->nlayers; l++) {
        hash(&h, l->b, l->out, 1);
        for (int j = 0; j < l->out; j++)
            hash(&h, l->w + j, l->in, l->out);
    }
    sha256_end(&h, hex);
    printf("sha256 %s\n", hex);
}

/* One image in twelve is held out for validation: the network never learns from these, so they show
 * after each epoch how it does on new images. The test set is used only at the end. */
static int train(const struct recipe *r, const struct dataset *d, struct arena *memory,
                 struct error *e) {
    const struct split *all = &d->split[TRAIN];
    if (!all->pixels || all->targets || all->count < 12 || d->split[TEST].count == 0)
        return error_input(e, "plain: needs images with one label each, to train and to test on");
    struct sample_set rest, validation, test = sample_set_all(&d->split[TEST], NULL, memory);
    if (!test.order || sample_set_split(all, NULL, d->classes.count, all->count / 12, 0,
                                        (uint64_t)r->seed, memory, &rest, &validation, e) != 0)
        return error_memory(e, "the order of the images");
    struct network net = network_new(r, d, memory);
    struct sample_set shuffled = rest;
    shuffled.order = array(memory, rest.count, 1);

    printf("%s: %d images to train, %d to validate, %d to test\n\n"
           "epoch  train loss  accuracy  val. loss  accuracy\n",
           r->name, rest.count, validation.count, test.count);
    for (int t = 1; t <= r->epochs; t++) {
        memcpy(shuffled.order, rest.order, (size_t)rest.count * sizeof *rest.order);
        shuffle(shuffled.order, rest.count, r->seed, t);
        struct score s = epoch(&net, r, shuffled, true), v = epoch(&net, r, validation, false);
        printf("%5d  %10.4f  %6.2f %%  %9.4f  %6.2f %%\n", t, s.loss, s.accuracy, v.loss,
               v.accuracy);
        if (!isfinite(s.loss))
            return error_run(e, "plain: the loss is not finite; try a smaller learning rate");
    }
    struct score s = epoch(&net, r, test, false);
    printf("\ntest: %.2f %% right, loss %.4f\n", s.accuracy, s.loss);
    print_hash(&net);
    return 0;
}

int main(int argc, char **argv) {
    const char *name = argc > 1 ? argv[1] : "mnist", *path = argc > 2 ? argv[2] : "data/mnist";
    struct recipe r = mnist;
    if (strcmp(name, "softmax") == 0)
        r = softmax;
    if (strcmp(name, "sigmoid") == 0)
        r = sigmoid;
    char rest;
    if (strcmp(name, r.name) != 0 || argc > 5 ||
        (argc > 3 && sscanf(argv[3], "%4d%c", &r.epochs, &rest) != 1) ||
        (argc > 4 && sscanf(argv[4], "%f%c", &r.momentum, &rest) != 1)) {
        fprintf(stderr, "usage: plain [mnist|softmax|sigmoid [DATA [EPOCHS [MOMENTUM]]]]\n");
        return ERROR_INPUT;
    }
    struct error e = {0};
    struct arena memory = {0};
    struct dataset *d = formats_read(DATA_AT(path), NULL, &e);
    if (!d || train(&r, d, &memory, &e) != 0)
        fprintf(stderr, "%s\n", e.text);
    arena_free(&memory);
    dataset_free(d);
    return (int)e.status;
}
