/* attention: each token of a sample attends to all of its tokens, and combines their values.
 *
 * The features of a sample are `tokens` tokens of the same width f, one after the other, such as
 * the rows of an image. With X (tokens x f) for one sample, and for each head h a block of
 * head_size columns of Q, K and V:
 *
 *   [Q | K | V] = X Wi       queries, keys and values: what a token seeks, offers and passes on
 *   S_h = Q_h K_h^T          the score of each token (column) for each token (row)
 *   A_h = softmax(S_h / T)   the attention weights: each row sums to 1
 *   H_h = A_h V_h            a weighted mean of the values
 *   Y   = [H_1 | H_2 | ...] Wo
 *
 * with T = sqrt(head_size). A score is a sum of head_size products. If each has variance 1, the
 * score has standard deviation T. Divided by T, it makes softmax neither flat nor all-or-nothing.
 *
 * Attention ignores the order of the tokens. The layer "position", before this one, tells them
 * apart. There are no biases: a bias on the keys would add the same number to all scores in a row,
 * which softmax ignores. There are no layer norms or residual connections (Y + X) either. Deep
 * stacks need them, but one or two attention layers train as well without them, and the model stays
 * a chain.
 *
 * Source: Vaswani et al. 2017, "Attention is all you need". The model file stores Wi and Wo as
 * torch.nn.MultiheadAttention does. */
#include "layers/init.h"
#include "layers/layer.h"
#include "tensor/clones.h"
#include "tensor/kernel.h"
#include "tensor/softmax.h"
#include "tensor/vmath.h"

struct attention {
    bool frozen;
    int tokens, heads, head_size;
};

/* Within these ranges, the number of columns of every cached matrix fits in an int. */
static const struct key keys[] = {
    INT_KEY(struct attention, tokens, NULL, 1, 4096,
            "number of tokens, one after the other in the inputs; for a picture, its rows"),
    INT_KEY(struct attention, heads, "1", 1, 64, "number of attention heads"),
    INT_KEY(struct attention, head_size, NULL, 1, 1024,
            "width of a head's queries, keys and values"),
    FROZEN_KEY(struct attention), END_KEY};

enum { IN, OUT }; /* the parameters */

/* The cached matrices. For each sample, token by token: */
enum {
    QKV,   /* tokens x 3 size: Q | K | V, where size = heads * head_size */
    HEADS, /* tokens x size: H_1 | H_2 | ... */
    DQKV,  /* the gradients of both */
    DHEADS,
    WEIGHTS, /* heads * tokens x tokens: A_1, A_2, ..., stacked */
    PACKED,  /* work space for one head: see struct head */
    CACHED
};

static int infer(struct layer *l, struct error *e) {
    const struct attention *o = l->options;
    int t = o->tokens, f = l->in / t, size = o->heads * o->head_size;
    if (l->in % t != 0)
        return error_input(e, "cannot divide %d inputs into %d tokens of equal width", l->in, t);
    l->params[IN] =
        (struct param){.name = "in_proj_weight", .value = {.rows = f, .cols = 3 * size}};
    l->params[OUT] = (struct param){.name = "out_proj.weight", .value = {.rows = size, .cols = f}};
    l->nparams = 2;
    l->cached[QKV].cols = l->cached[DQKV].cols = t * 3 * size;
    l->cached[HEADS].cols = l->cached[DHEADS].cols = t * size;
    l->cached[WEIGHTS].cols = o->heads * t * t;
    l->cached[PACKED].cols = t * (5 * o->head_size + t);
    l->ncached = CACHED;
    return 0;
}

static void init(struct layer *l, uint64_t seed, uint32_t first) {
    init_weight(INIT_TORCH, l->params[IN].value, seed, first + IN);
    init_weight(INIT_TORCH, l->params[OUT].value, seed, first + OUT);
}

/* With samples as rows, N x tokens * c, or tokens as rows, N * tokens x c, the memory is the same.
 * So one product handles all tokens of all samples. */
static struct tensor as_tokens(const struct layer *l, struct tensor t) {
    const struct attention *o = l->options;
    return (struct tensor){t.data, t.rows * o->tokens, t.cols / o->tokens};
}

/* A cached matrix for `rows` rows of the batch, with tokens as rows. */
static struct tensor cached(const struct layer *l, int what, int first, int rows) {
    return as_tokens(l, tensor_rows(l->cached[what], first, rows));
}

static struct tensor attention_weights(const struct layer *l, int row) {
    const struct attention *o = l->options;
    return (struct tensor){tensor_row(l->cached[WEIGHTS], row), o->heads * o->tokens, o->tokens};
}

/* ---- one head of one sample ---- */

/* Its columns of Q, K, V and H, packed, as the products need them. */
struct head {
    int index, of;               /* 0 .. of - 1 */
    struct tensor q, k, v, h, d; /* tokens x head_size; d: one gradient at a time */
    struct tensor a, ds;         /* tokens x tokens */
};

/* Copies block i of the columns of `from` to `to`; a block is as wide as `to`. */
CLONED static void pack(struct tensor from, int i, struct tensor to) {
    for (int t = 0; t < to.rows; t++)
        for (int j = 0; j < to.cols; j++)
            tensor_row(to, t)[j] = tensor_row(from, t)[i * to.cols + j];
}

/* The reverse: copies `from` to block i of the columns of `to`. */
CLONED static void unpack(struct tensor from, struct tensor to, int i) {
    for (int t = 0; t < from.rows; t++)
        for (int j = 0; j < from.cols; j++)
            tensor_row(to, t)[i * from.cols + j] = tensor_row(from, t)[j];
}

/* Heads are computed one at a time: all share the work space of the pass's first row. */
static struct head head(const struct layer *l, const struct pass *pass, int row, int index) {
    const struct attention *o = l->options;
    int t = o->tokens, d = o->head_size;
    real *space = tensor_row(l->cached[PACKED], pass->first);
    size_t size = (size_t)t * (size_t)d;
    struct tensor qkv = cached(l, QKV, row, 1);
    struct head h = {.index = index,
                     .of = o->heads,
                     .q = {space, t, d},
                     .k = {space + size, t, d},
                     .v = {space + 2 * size, t, d},
                     .h = {space + 3 * size, t, d},
                     .d = {space + 4 * size, t, d},
                     .ds = {space + 5 * size, t, t},
                     .a = tensor_rows(attention_weights(l, row), index * t, t)};
    pack(qkv, index, h.q);
    pack(qkv, index + h.of, h.k);
    pack(qkv, index + 2 * h.of, h.v);
    return h;
}

static double temperature(const struct head *h) { return sqrt(h->q.cols); }

/* A row whose softmax is undefined becomes NaN, which shows in the loss. */
static void head_forward(const struct head *h, struct tensor heads) {
    kernel_gemm()->abt(h->q, h->k, h->a);
    (void)softmax_rows(h->a, temperature(h), h->a);
    kernel_gemm()->ab(h->a, h->v, NULL, h->h);
    unpack(h->h, heads, h->index);
}

/* These are products, whose gradients linear.c derives: Y = X W gives dX = dY W^T, dW = X^T dY. So
 *
 *   H = A V                dA = dH V^T,  dV = A^T dH
 *   A = softmax(S / T)     dS, row by row, from dA: tensor/softmax.c
 *   S = Q K^T              dQ = dS K;  and since S^T = K Q^T, dK = dS^T Q */
static void head_backward(const struct head *h, struct tensor dheads, struct tensor dqkv) {
    struct tensor dh = h->h, da = h->ds;
    pack(dheads, h->index, dh);
    kernel_gemm()->abt(dh, h->v, da);
    softmax_gradient(h->a, da, temperature(h), h->ds);
    kernel_gemm()->ab(h->ds, h->k, NULL, h->d);
    unpack(h->d, dqkv, h->index);
    kernel_gemm()->atb(h->ds, 0, h->q, h->d);
    unpack(h->d, dqkv, h->index + h->of);
    kernel_gemm()->atb(h->a, 0, dh, h->d);
    unpack(h->d, dqkv, h->index + 2 * h->of);
}

/* ---- the layer ---- */

/* A term 0 * infinity is NaN, but a product may skip terms whose left factor is 0 (tensor/gemm.h),
 * and here the right factors are activations. So if any of a sample's Q, K and V is not finite, its
 * heads become NaN with every kernel. */
static void pass_on_nan(struct tensor qkv, struct tensor heads) {
    bool finite = vmath_all_finite(qkv);
    for (size_t i = 0; i < tensor_size(heads) && !finite; i++)
        heads.data[i] = NAN;
}

static void forward(const struct layer *l, const struct pass *pass, struct tensor x,
                    struct tensor y) {
    const struct attention *o = l->options;
    struct tensor qkv = cached(l, QKV, pass->first, pass->rows);
    struct tensor heads = cached(l, HEADS, pass->first, pass->rows);
    kernel_gemm()->ab(as_tokens(l, x), l->params[IN].value, NULL, qkv);
    for (int row = pass->first; row < pass->first + pass->rows; row++) {
        for (int i = 0; i < o->heads; i++) {
            struct head h = head(l, pass, row, i);
            head_forward(&h, cached(l, HEADS, row, 1));
        }
        pass_on_nan(cached(l, QKV, row, 1), cached(l, HEADS, row, 1));
    }
    kernel_gemm()->ab(heads, l->params[OUT].value, NULL, as_tokens(l, y));
}

/* From Y = [H_1 | H_2 | ...] Wo follows dH for all heads, and from that dQ, dK and dV. From [Q | K
 * | V] = X Wi then follows dX = [dQ | dK | dV] Wi^T. */
static void backward(const struct layer *l, const struct pass *pass, struct tensor x,
                     struct tensor y, struct tensor dy, struct tensor dx) {
    const struct attention *o = l->options;
    struct tensor dqkv = cached(l, DQKV, pass->first, pass->rows);
    struct tensor dheads = cached(l, DHEADS, pass->first, pass->rows);
    kernel_gemm()->abt(as_tokens(l, dy), l->params[OUT].value, dheads);
    for (int row = pass->first; row < pass->first + pass->rows; row++)
        for (int i = 0; i < o->heads; i++) {
            struct head h = head(l, pass, row, i);
            head_backward(&h, cached(l, DHEADS, row, 1), cached(l, DQKV, row, 1));
        }
    kernel_gemm()->abt(dqkv, l->params[IN].value, as_tokens(l, dx));
}

/* Over the tokens of all samples: dWi = X^T [dQ | dK | dV], dWo = [H_1 | H_2 | ...]^T dY. */
static void gradient(const struct layer *l, int k, struct tensor x, struct tensor dy, int first,
                     struct tensor grad) {
    if (k == IN)
        kernel_gemm()->atb(as_tokens(l, x), first, cached(l, DQKV, 0, x.rows), grad);
    else
        kernel_gemm()->atb(cached(l, HEADS, 0, dy.rows), first, as_tokens(l, dy), grad);
}

const struct layer_type attention_layer = {
    .kind = {.name = "attention",
             .help = "multi-head attention, softmax(Q K^T / sqrt(d)) V",
             .size = sizeof(struct attention),
             .keys = keys},
    .not_in_gradient = 1 << QKV | 1 << DHEADS | 1 << WEIGHTS | 1 << PACKED,
    .export_instead = "a chain of \"linear\" and activations can",
    .formula = {.forward =
                    "[Q | K | V] are the tokens of x times Wi; the heads H are softmax(Q K^T / "
                    "sqrt(head_size)) V; y is H Wo",
                .backward =
                    "back through Wo, the weighted mean of V, softmax and Q K^T to [dQ | dK "
                    "| dV], and times Wi^T",
                .params = {[IN] = {"Wi", "the tokens of x, transposed, times [dQ | dK | dV]"},
                           [OUT] = {"Wo", "H, transposed, times the tokens of dy"}}},
    .infer = infer,
    .init = init,
    .forward = forward,
    .backward = backward,
    .gradient = gradient,
    .attention_weights = attention_weights,
};
