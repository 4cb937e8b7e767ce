#include "picture/decode.h"

#include <setjmp.h>

#include <jerror.h>
#include <jpeglib.h>

#ifndef LIBJPEG_TURBO_VERSION
#error "onehot needs libjpeg-turbo: IJG's libjpeg upsamples chroma differently"
#endif

/* libjpeg reports errors by longjmp: everything that must survive it is in here. */
struct reader {
    const struct encoded *from;
    struct error *error;
    struct jpeg_error_mgr errors;
    struct jpeg_progress_mgr progress;
    int *orientation;
    jmp_buf failed;
};

/* ---- kinds ----
 *
 * JPEGs that not every libjpeg-turbo reads, or whose colours need a profile, are refused. Version 2
 * reports some of them as errors; version 3 decodes them. */

static const char TWELVE_BITS[] = "is a JPEG of 12 bits per channel";

/* `marker` is the second byte of the frame's marker. */
static int refuse_frame(const struct encoded *from, int marker, struct error *e) {
    enum { LOSSLESS = 0xc3, ARITHMETIC = 0xc9, ARITHMETIC_LAST = 0xcb };
    if (marker >= ARITHMETIC && marker <= ARITHMETIC_LAST)
        return error_input(e,
                           "%s: is a JPEG with arithmetic coding; recode it: jpegtran -copy all "
                           "-outfile '%s' '%s'",
                           from->name, from->name, from->name);
    return marker == LOSSLESS
               ? decode_convert(from, "is a lossless JPEG", "ffmpeg -i", "", "", e)
               : decode_convert(from, "is a hierarchical JPEG", "convert", "", "", e);
}

static int check_kind(const struct jpeg_decompress_struct *c, const struct encoded *from,
                      struct error *e) {
    if (c->arith_code)
        return refuse_frame(from, 0xc9, e);
    if (c->data_precision != 8)
        return decode_convert(from, TWELVE_BITS, "convert", "", "", e);
    if (!c->progressive_mode && c->Ss > 0) /* where a lossless one has its predictor */
        return refuse_frame(from, 0xc3, e);
    if (c->num_components == 4)
        return decode_convert(from, "is a CMYK JPEG", "convert", "", "-colorspace sRGB ", e);
    if (c->jpeg_color_space != JCS_GRAYSCALE && c->jpeg_color_space != JCS_YCbCr &&
        c->jpeg_color_space != JCS_RGB)
        return decode_convert(from, "is a JPEG with unknown colours", "convert", "",
                              "-colorspace sRGB ", e);
    return 0;
}

/* ---- errors ---- */

static void on_error(j_common_ptr c) {
    struct reader *r = c->client_data;
    static const char damaged[] = "Corrupt JPEG data: ";
    char why[JMSG_LENGTH_MAX];
    c->err->format_message(c, why);
    size_t skip = strncmp(why, damaged, strlen(damaged)) == 0 ? strlen(damaged) : 0;
    if (c->err->msg_code == JERR_OUT_OF_MEMORY)
        error_memory(r->error, r->from->name);
    else if (c->err->msg_code == JERR_SOF_UNSUPPORTED)
        refuse_frame(r->from, c->err->msg_parm.i[0], r->error);
    else if (c->err->msg_code == JERR_BAD_PRECISION)
        decode_convert(r->from, TWELVE_BITS, "convert", "", "", r->error);
    else
        decode_damaged(r->from, why + skip, r->error);
    longjmp(r->failed, 1);
}

/* Whether a warning is about a few extra bytes after complete data, which some cameras write. Many
 * bytes, or any before a restart marker (0xd0 .. 0xd7), are a sign of codes that were misread. */
static bool is_padding(const struct jpeg_error_mgr *m) {
    int bytes = m->msg_parm.i[0], marker = m->msg_parm.i[1];
    return m->msg_code == JWRN_EXTRANEOUS_DATA && bytes <= 64 && (marker < 0xd0 || marker > 0xd7);
}

/* A negative level is a warning, mostly about corrupt data, for which libjpeg invents pixels. */
static void on_message(j_common_ptr c, int level) {
    int code = c->err->msg_code;
    if (level < 0 && code != JWRN_JFIF_MAJOR && code != JWRN_NOT_SEQUENTIAL && !is_padding(c->err))
        on_error(c);
}

/* A scan of a progressive JPEG may take a few bytes and yet visit every pixel. Encoders write ten
 * scans. */
static void on_progress(j_common_ptr c) {
    enum { MAX_SCANS = 50 };
    struct reader *r = c->client_data;
    if (((j_decompress_ptr)c)->input_scan_number <= MAX_SCANS)
        return;
    decode_damaged(r->from, "it has more than 50 scans", r->error);
    longjmp(r->failed, 1);
}

/* ---- pixels ---- */

static uint8_t clamp(int v) { return (uint8_t)(v < 0 ? 0 : v > 255 ? 255 : v); }

/* Converts a row of Y, Cb, Cr to red, green, blue by the JFIF standard's formula, in 16-bit fixed
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
 * turn_rgb converts to RGB: if asked to, libjpeg would choose among several routines, some of which
 * merge the conversion with the repetition. */
static void configure(struct jpeg_decompress_struct *c) {
    c->dct_method = JDCT_ISLOW;
    c->do_fancy_upsampling = FALSE;
    c->do_block_smoothing = FALSE;
    c->out_color_space = c->jpeg_color_space;
}

static int decode(struct reader *r, struct jpeg_decompress_struct *c, struct picture *p) {
    if (setjmp(r->failed))
        return -1;
    jpeg_create_decompress(c);
    c->progress = &r->progress;
    jpeg_mem_src(c, r->from->bytes, (unsigned long)r->from->size);
    jpeg_save_markers(c, JPEG_APP0 + 1, 0xffff);
    jpeg_read_header(c, TRUE);
    if (check_kind(c, r->from, r->error) != 0)
        return -1;
    configure(c);
    for (jpeg_saved_marker_ptr m = c->marker_list; m && *r->orientation == 0; m = m->next)
        if (m->data_length >= 6 && memcmp(m->data, "Exif\0", 6) == 0)
            *r->orientation = decode_orientation(m->data + 6, m->data_length - 6);
    /* A block of 64 pixels takes at least one bit, so a byte holds at most 512 pixels. */
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
        uint8_t *row = picture_pixel(p, 0, (int)c->output_scanline);
        jpeg_read_scanlines(c, &row, 1);
        if (c->jpeg_color_space == JCS_YCbCr)
            turn_rgb(row, p->width);
    }
    jpeg_finish_decompress(c); /* reads on to the end; what follows that is ignored */
    return 0;
}

int decode_jpeg(struct picture *p, const struct encoded *from, int *orientation, struct error *e) {
    struct reader r = {.from = from, .error = e, .orientation = orientation};
    struct jpeg_decompress_struct c = {.err = jpeg_std_error(&r.errors), .client_data = &r};
    p->changes = PICTURE_JPEG;
    r.errors.error_exit = on_error;
    r.errors.emit_message = on_message;
    r.progress.progress_monitor = on_progress;
    int result = decode(&r, &c, p);
    jpeg_destroy_decompress(&c);
    return result;
}
