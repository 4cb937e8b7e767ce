#include "model/param_block.h"

/* A block has at least MIN_ROWS rows, which the kernels need to be efficient, and about MIN_PARAMS
 * parameters, so that its grad and theta are still in a near cache when the optimizer needs them.
 */
enum { MIN_PARAMS = 4096, MIN_ROWS = 128 };

int param_block_cut(const struct layer *layers, int nlayers, struct param_block *blocks) {
    int count = 0;
    size_t start = 0;
    for (int i = 0; i < nlayers; i++)
        for (int k = 0; k < layers[i].nparams; k++) {
            struct tensor v = layers[i].params[k].value;
            int max = MIN_PARAMS / v.cols > MIN_ROWS ? MIN_PARAMS / v.cols : MIN_ROWS, rows;
            for (int row = 0; row < v.rows; row += rows, count++) {
                rows = v.rows - row < max ? v.rows - row : max;
                size_t size = (size_t)rows * (size_t)v.cols;
                if (blocks)
                    blocks[count] = (struct param_block){i, k, row, rows, start, size};
                start += size;
            }
        }
    return count;
}
