#include "picture/decode.h"

#include <setjmp.h>
#include <stdbool.h>
#include <stdio.h> /* which jpeglib.h needs */
#include <stdlib.h>
#include <string.h>

#include <jerror.h>
#include <jpeglib.h>

#ifndef LIBJPEG_TURBO_VERSION
#error "onehot needs libjpeg-turbo: IJG's libjpeg upsamples chroma differently"
#endif

/* A JPEG's headers, as far as libjpeg's versions treat them differently. */
struct header {
    int process; /* the second byte of the SOF marker; 0: none was found */
    int bits, components;
    int orientation; /* 0: none */
};

/* libjpeg reports errors by longjmp: everything that must survive it is in here. */
struct reader {
    const struct encoded *from;
    struct error *error;
    struct jpeg_error_mgr errors;
    struct jpeg_progress_mgr progress;
    jmp_buf failed;
};

static void on_error(j_common_ptr c) {
    struct reader *r = c->client_data;
    static const char damaged[] = "Corrupt JPEG data: ";
    char why[JMSG_LENGTH_MAX];
    c->err->format_message(c, why);
    size_t skip = strncmp(why, damaged, strlen(damaged)) == 0 ? strlen(damaged) : 0;
    if (c->err->msg_code == JERR_OUT_OF_MEMORY)
        error_memory(r->error, r->from->name);
    else
        decode_damaged(r->from, why + skip, r->error);
    longjmp(r->failed, 1);
}

/* Whether a warning is of a few bytes too many after complete data, which some cameras write. Many
 * bytes, or some before a restart marker (0xd0 .. 0xd7), are a sign of codes that were misread. */
static bool is_padding(const struct jpeg_error_mgr *m) {
    int bytes = m->msg_parm.i[0], marker = m->msg_parm.i[1];
    return m->msg_code == JWRN_EXTRANEOUS_DATA && bytes <= 64 && (marker < 0xd0 || marker > 0xd7);
}

/* A negative level is a warning, mostly of corrupt data, for which libjpeg makes up pixels. */
static void on_message(j_common_ptr c, int level) {
    int code = c->err->msg_code;
    if (level < 0 && code != JWRN_JFIF_MAJOR && code != JWRN_NOT_SEQUENTIAL && !is_padding(c->err))
        on_error(c);
}

/* A scan of a progressive JPEG may take a few bytes and visit every pixel. Encoders write ten. */
static void on_progress(j_common_ptr c) {
    enum { MAX_SCANS = 50 };
    struct reader *r = c->client_data;
    if (((j_decompress_ptr)c)->input_scan_number <= MAX_SCANS)
        return;
    decode_damaged(r->from, "it has more than 50 scans", r->error);
    longjmp(r->failed, 1);
}

/* ---- headers ---- */

/* Walks the segments up to the first scan. What is wrong with them is for libjpeg to find. */
static struct header read_header(const struct encoded *from) {
    enum { SOF0 = 0xc0, DHT = 0xc4, JPG = 0xc8, DAC = 0xcc, SOF15 = 0xcf, SOS = 0xda, APP1 = 0xe1 };
    struct header h = {0};
    size_t at = 2; /* after SOI; a segment is 0xff, its marker, its length without these, data */
    while (from->size - at >= 4 && from->bytes[at] == 0xff && from->bytes[at + 1] != SOS) {
        const uint8_t *b = from->bytes + at;
        size_t length = (size_t)b[2] << 8 | b[3];
        if (b[1] == 0xff) { /* a fill byte */
            at++;
            continue;
        }
        if (length < 2 || length > from->size - at - 2)
            break;
        if (b[1] == APP1 && length >= 8 && memcmp(b + 4, "Exif\0", 6) == 0 && h.orientation == 0)
            h.orientation = decode_orientation(b + 10, length - 8);
        if (b[1] >= SOF0 && b[1] <= SOF15 && b[1] != DHT && b[1] != JPG && b[1] != DAC &&
            length >= 8) {
            h.process = b[1];
            h.bits = b[4];
            h.components = b[9];
        }
        at += 2 + length;
    }
    return h;
}

/* Refuses the kinds that not every libjpeg-turbo reads, or whose colours need a profile. */
static int check_kind(const struct header *h, const struct encoded *from, struct error *e) {
    enum { BASELINE = 0xc0, EXTENDED, PROGRESSIVE, LOSSLESS, ARITHMETIC = 0xc9, ARITHMETIC_LAST };
    if (h->process == ARITHMETIC || h->process == ARITHMETIC_LAST)
        return error_input(e,
                           "%s: is a JPEG with arithmetic coding; convert it: jpegtran -copy all "
                           "-outfile '%s' '%s'",
                           from->name, from->name, from->name);
    if (h->process == LOSSLESS)
        return decode_convert(from, "is a lossless JPEG", "ffmpeg -i", "", "", e);
    if (h->process > PROGRESSIVE)
        return decode_convert(from, "is a hierarchical JPEG", "convert", "", "", e);
    if (h->process >= BASELINE && h->bits != 8)
        return decode_convert(from, "is a JPEG of 12 bits per channel", "convert", "", "", e);
    if (h->components == 4)
        return decode_convert(from, "is a CMYK JPEG", "convert", "", "-colorspace sRGB ", e);
    return 0;
}

/* ---- pixels ---- */

static uint8_t clamp(int v) {
    return (uint8_t)(v < 0 ? 0 : v > 255 ? 255 : v);
}

/* Turns a row of Y, Cb, Cr into red, green, blue: the JFIF standard's formula, in 16-bit fixed
 * point. The coefficients are 1.402, 0.34414, 0.71414 and 1.772. */
static void turn_rgb(uint8_t *row, int width) {
    for (uint8_t *v = row; v < row + 3 * (size_t)width; v += 3) {
        int y = v[0], cb = v[1] - 128, cr = v[2] - 128;
        v[0] = clamp(y + ((91881 * cr + 32768) >> 16));
        v[1] = clamp(y + ((-22554 * cb - 46802 * cr + 32768) >> 16));
        v[2] = clamp(y + ((116130 * cb + 32768) >> 16));
    }
}

/* Chooses what gives the same pixels with every version and on every CPU. The slow integer DCT, the
 * most accurate one, has the same results in C and in every CPU's vector code. Versions differ in
 * how they interpolate chroma and smooth blocks, so each chroma sample is repeated over its pixels.
 * The conversion to RGB is ours: asked for RGB, libjpeg would pick one of several routines for it,
 * among them some that merge it with the repetition. */
static int configure(struct jpeg_decompress_struct *c, const struct reader *r) {
    c->dct_method = JDCT_ISLOW;
    c->do_fancy_upsampling = FALSE;
    c->do_block_smoothing = FALSE;
    if (c->jpeg_color_space != JCS_GRAYSCALE && c->jpeg_color_space != JCS_YCbCr &&
        c->jpeg_color_space != JCS_RGB)
        return decode_convert(r->from, "is a JPEG with unknown colours", "convert", "",
                              "-colorspace sRGB ", r->error);
    c->out_color_space = c->jpeg_color_space;
    return 0;
}

static int decode(struct reader *r, struct jpeg_decompress_struct *c, struct picture *p) {
    if (setjmp(r->failed))
        return -1;
    jpeg_create_decompress(c);
    c->progress = &r->progress;
    jpeg_mem_src(c, r->from->bytes, (unsigned long)r->from->size);
    jpeg_read_header(c, TRUE);
    if (configure(c, r) != 0)
        return -1;
    /* A block of 64 pixels takes at least a bit, and so a byte holds at most 512 pixels. */
    if (decode_set_size(p, c->image_width, c->image_height,
                        (size_t)c->image_width * c->image_height / 512, r->from, r->error) != 0)
        return -1;
    p->channels = c->jpeg_color_space == JCS_GRAYSCALE ? 1 : 3;
    p->pixels = malloc(picture_size(p));
    if (!p->pixels)
        return error_memory(r->error, r->from->name);
    jpeg_start_decompress(c);
    for (int i = 0; i < c->num_components; i++)
        if (!c->comp_info[i].quant_table) /* libjpeg takes it from the component's first scan */
            return decode_damaged(r->from, "a component has no scan", r->error);
    while (c->output_scanline < c->output_height) {
        uint8_t *row =
            p->pixels + (size_t)c->output_scanline * (size_t)p->width * (size_t)p->channels;
        jpeg_read_scanlines(c, &row, 1);
        if (c->jpeg_color_space == JCS_YCbCr)
            turn_rgb(row, p->width);
    }
    jpeg_finish_decompress(c); /* reads on to the end; what follows that is ignored */
    return 0;
}

int decode_jpeg(struct picture *p, const struct encoded *from, struct error *e) {
    struct reader r = {.from = from, .error = e};
    struct jpeg_decompress_struct c = {.err = jpeg_std_error(&r.errors), .client_data = &r};
    struct header h = read_header(from);
    if (check_kind(&h, from, e) != 0)
        return -1;
    p->changes = PICTURE_JPEG;
    r.errors.error_exit = on_error;
    r.errors.emit_message = on_message;
    r.progress.progress_monitor = on_progress;
    int result = decode(&r, &c, p);
    jpeg_destroy_decompress(&c);
    return result == 0 ? decode_turn(p, h.orientation, e) : -1;
}
