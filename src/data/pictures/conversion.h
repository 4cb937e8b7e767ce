/* The way of a picture from its file to a sample: rows and columns swapped, scaled, made grey or
 * RGB, as the section "data" says. */
#pragma once

#include "data/data_options.h"
#include "data/dataset.h"
#include "picture/picture.h"

struct conversion {
    int height, width, channels; /* of the samples; 0: as the picture has them */
    bool transpose;
    uint8_t background[3];
    char from[64];               /* the pictures' size, or "N sizes", for the notes */
    int files;                   /* the pictures of a folder; 0: not a folder of files */
    int counts[PICTURE_CHANGES]; /* pictures with each change */
};

/* As the options say. If they set a size or channels, a trained model's samples have its shape. */
struct conversion conversion_of(const struct data_options *from);

/* Sets the dataset's shape to that of samples made from such pictures. */
ERROR_CHECKED int conversion_shape(struct conversion *c, struct dataset *d, int height, int width,
                                   int channels, const char *path, struct error *e);

/* Converts the picture and makes it a sample of the dataset, unless its shape is another. */
ERROR_CHECKED int conversion_store(const struct conversion *c, struct picture *p,
                                   const struct dataset *d, int split, int sample, struct error *e);

/* Counts what became of a picture: its `changes`. */
void conversion_count(struct conversion *c, unsigned changes);

/* Adds a note to the dataset for each kind of change that was counted. */
ERROR_CHECKED int conversion_note(const struct conversion *c, struct dataset *d, struct error *e);
