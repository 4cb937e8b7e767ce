/* How an image becomes a sample: transposed, scaled, made grey or RGB, as the options say. */
#pragma once

#include "data/dataset.h"
#include "picture/picture.h"

struct conversion {
    struct dataset *d;
    int height, width, channels; /* of the samples; 0: as the image has them */
    bool transpose;
    uint8_t background[3];
    char from[64];               /* the images' size, or "N sizes", for the notes */
    int files;                   /* the images of a folder; 0: not a folder of files */
    int counts[PICTURE_CHANGES]; /* images with each change */
};

/* As the options say. If they set a size or channels, a trained model's samples have its shape. */
struct conversion conversion_of(struct dataset *d, const struct data_options *from);

/* Sets the dataset's shape to that of samples made from such images. */
ERROR_CHECKED int conversion_shape(struct conversion *c, int height, int width, int channels,
                                   const char *path, struct error *e);

/* Converts the image, makes it a sample of the dataset unless its shape differs, counts its changes
 * and frees it. Several threads may call this at once. */
ERROR_CHECKED int conversion_store(struct conversion *c, struct picture *p, int split, int sample,
                                   struct error *e);

/* Adds a note to the dataset for each kind of change that was counted. */
void conversion_note(const struct conversion *c, struct error *e);
