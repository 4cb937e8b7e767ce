/* The way of a picture from its file to a sample: rows and columns swapped, scaled, made grey or
 * RGB, as the section "data" says. */
#pragma once

#include "base/thread_pool.h"
#include "data/data_options.h"
#include "data/dataset.h"
#include "picture/picture.h"

struct conversion {
    int height, width, channels; /* of the samples; 0: as the picture has them */
    bool transpose;
    uint8_t background[3];
};

/* As the options say. If they set a size or channels, a trained model's samples have its shape. */
struct conversion conversion_of(const struct data_options *from);

ERROR_CHECKED int conversion_apply(const struct conversion *c, struct picture *p, struct error *e);

/* Notes that pictures were transposed, if they were. */
ERROR_CHECKED int conversion_note_transpose(const struct conversion *c, struct dataset *d,
                                            struct error *e);

/* Sets the dataset's shape to that of samples made from such pictures, and notes what changes. */
ERROR_CHECKED int conversion_shape(const struct conversion *c, struct dataset *d, int height,
                                   int width, int channels, const char *path, struct error *e);

/* Makes `count` samples of split k, from `first` on, of the tiles of a sheet: height x width each,
 * row by row, left to right. */
ERROR_CHECKED int conversion_tiles(const struct conversion *c, struct dataset *d, int k, int first,
                                   int count, const struct picture *sheet, int height, int width,
                                   struct thread_pool *pool, struct error *e);
