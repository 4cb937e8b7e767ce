/* Bad data, from typos to malicious files: each must be refused with a sentence that names the file
 * and the problem, without using more memory than the file justifies. */
#include "base/rng.h"
#include "data/dataset.h"
#include "data/formats.h"
#include "fixtures.h"
#include "picture/picture.h"
#include "runs/safetensors.h"
#include "samples.h"
#include "test.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

/* Checks that formats_read fails with a message that names the path and contains `names`. */
static void dataset_refused(const char *path, const char *names) {
    struct error e = {0};
    struct dataset *d = formats_read(DATA_AT(path), NULL, &e);
    ck_assert_msg(d == NULL, "read, not refused: %s%s", path, names);
    test_names(e.text, path);
    test_refused(&e, names);
}

/* ---- any dataset ---- */

START_TEST(a_missing_dataset_is_refused) {
    dataset_refused(test_path("none"), "");
}
END_TEST

START_TEST(a_file_in_place_of_a_dataset_is_refused) {
    test_write(test_path("data"), "x", 1);
    dataset_refused(test_path("data"), "");
}
END_TEST

START_TEST(a_folder_without_a_dataset_is_refused) {
    dataset_refused(test_dir, "");
    test_write(test_path("picture.png"), "x", 1);
    test_write(test_path("train-labels-idx1-ubyte"), "x", 1);
    dataset_refused(test_dir, "");
}
END_TEST

/* Like dataset_refused, as a user who is not root; the message begins with that file. */
static void refused_by_permission(const char *path, const char *file) {
    bool root = geteuid() == 0;
    ck_assert_int_eq(chmod(test_dir, 0755), 0);
    if (root)
        ck_assert_int_eq(seteuid(65534), 0);
    struct error e = {0};
    struct dataset *d = formats_read(DATA_AT(path), NULL, &e);
    if (root)
        ck_assert_int_eq(seteuid(0), 0); /* to remove test_dir */
    ck_assert_ptr_null(d);
    test_refused(&e, fixture_text("%s%s", path, file));
}

START_TEST(a_dataset_folder_without_permission_is_refused) {
    fixture_directory(test_path("data"));
    ck_assert_int_eq(chmod(test_path("data"), 0), 0);
    refused_by_permission(test_path("data"), "");
}
END_TEST

START_TEST(files_without_permission_are_refused) {
    static const char *const files[] = {"dataset.json", "train-images-idx3-ubyte"};
    for (int i = 0; i < 2; i++) {
        fixture_directory(test_path("%d", i));
        test_write(test_path("%d/%s", i, files[i]), "x", 1);
        ck_assert_int_eq(chmod(test_path("%d/%s", i, files[i]), 0), 0);
        refused_by_permission(test_path("%d", i), fixture_text("/%s", files[i]));
    }
}
END_TEST

/* ---- PNG ---- */

/* Checks that reading these bytes as an image fails. */
static void png_refused(struct text png) {
    struct error e = {0};
    struct picture p;
    const char *path = test_path("x.png");
    fixture_write(path, png);
    ck_assert_int_eq(picture_read(&p, path, PICTURE_BLACK, &e), -1);
    ck_assert_ptr_null(p.pixels);
    test_refused(&e, path);
}

static struct text copy(const void *data, size_t size) {
    struct text t = {0};
    text_add(&t, data, size);
    return t;
}

/* A PNG with 6 x 4 pixels and a comment. */
static struct text small_png(void) {
    static const uint8_t rows[4 * 7] = {0, 1, 2, 3, 4, 5, 6, 0, 9, 9};
    struct text png = {0};
    fixture_png_begin(&png, 6, 4, 8, 0);
    fixture_png_chunk(&png, "tEXt", "Comment\0x", 9);
    fixture_png_end(&png, rows, sizeof rows);
    return png;
}

START_TEST(an_empty_png_is_refused) {
    png_refused(copy("", 0));
}
END_TEST

START_TEST(a_file_that_is_not_a_png_is_refused) {
    png_refused(copy("GIF89a\1\0\1\0", 10));
    png_refused(copy("\x89PNG\r\n\x1a", 7));
}
END_TEST

START_TEST(missing_files_directories_and_pipes_are_refused_as_png_input) {
    struct picture p;
    struct error e[3] = {{0}};
    const char *path = test_path("x.png");
    ck_assert_int_eq(picture_read(&p, path, PICTURE_BLACK, &e[0]), -1);
    test_refused(&e[0], path);
    ck_assert_int_eq(picture_read(&p, test_dir, PICTURE_BLACK, &e[1]), -1);
    test_refused(&e[1], test_dir);
    ck_assert_int_eq(mkfifo(path, 0600), 0);
    ck_assert_int_eq(picture_read(&p, path, PICTURE_BLACK, &e[2]), -1);
    test_refused(&e[2], path);
}
END_TEST

/* Checks that the damaged file is refused, with any message. */
static void png_refused_somehow(const void *data, size_t size, const char *what) {
    struct error e = {0};
    struct picture p;
    test_write(test_path("x.png"), data, size);
    ck_assert_msg(picture_read(&p, test_path("x.png"), PICTURE_BLACK, &e) == -1,
                  "read, not refused: %s", what);
    ck_assert_int_eq(e.status, ERROR_INPUT);
    ck_assert(strncmp(e.text, test_dir, strlen(test_dir)) == 0);
}

START_TEST(a_png_truncated_at_any_byte_is_refused) {
    struct text png = small_png();
    for (size_t size = 0; size < png.size; size++)
        png_refused_somehow(png.data, size, fixture_text("cut to %zu bytes", size));
    text_free(&png);
}
END_TEST

START_TEST(a_png_with_any_bit_flipped_is_refused) {
    struct text png = small_png();
    for (size_t bit = 0; bit < 8 * png.size; bit++) {
        png.data[bit / 8] ^= (char)(1 << bit % 8);
        png_refused_somehow(png.data, png.size, fixture_text("bit %zu flipped", bit));
        png.data[bit / 8] ^= (char)(1 << bit % 8);
    }
    text_free(&png);
}
END_TEST

START_TEST(a_damaged_png_is_refused_with_libpngs_reason) {
    struct text pixels = small_png(), comment = small_png(), cut = small_png();
    pixels.data[pixels.size - 13] ^= 1; /* a bit of IDAT's CRC */
    png_refused(pixels);
    comment.data[45] ^= 1;
    png_refused(comment);
    cut.size -= 20;
    png_refused(cut);
}
END_TEST

START_TEST(a_png_of_impossible_size_is_refused_before_memory_is_allocated) {
    static const struct {
        uint32_t width, height;
    } cases[] = {{100000, 1},    {1, 0x7fffffff}, {16385, 1},     {16384, 16384},
                 {11586, 11586}, {0, 1},          {0x80000000, 1}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct text png = {0};
        fixture_png_begin(&png, cases[i].width, cases[i].height, 8, 0);
        fixture_png_end(&png, "", 1);
        png_refused(png);
    }
}
END_TEST

static long peak_memory(void) {
    struct rusage u;
    getrusage(RUSAGE_SELF, &u);
    return u.ru_maxrss; /* kB */
}

START_TEST(a_png_chunk_that_declares_2_gigabytes_costs_no_memory) {
    struct text png = {0};
    long before = peak_memory();
    fixture_png_begin(&png, 6, 4, 8, 0);
    text_add(&png, "\177\377\377\377tEXtComment", 15);
    png_refused(png);
    ck_assert_int_lt(peak_memory() - before, 100000);
}
END_TEST

START_TEST(a_png_with_fewer_rows_than_declared_is_refused) {
    struct text png = {0};
    fixture_png_begin(&png, 2, 3, 8, 0);
    fixture_png_end(&png, "\0ab\0cd", 6);
    png_refused(png);
}
END_TEST

/* ---- image sheets ---- */

static const char sheet_json[] =
    "{\"height\": 2, \"width\": 2, \"channels\": 1, \"classes\": [\"a\", \"b\"], "
    "\"train\": {\"samples\": 2, \"sheets\": [\"s.png\"], \"labels\": \"l.txt\"}}";

/* Writes a valid dataset of image sheets to test_dir, except dataset.json. */
static void write_sheets(const char *json) {
    static const uint8_t pixels[8];
    test_write(test_path("dataset.json"), json, strlen(json));
    test_write(test_path("l.txt"), "0\n1\n", 4);
    fixture_write(test_path("s.png"), fixture_png(4, 2, pixels));
}

/* sheet_json with `old` (NULL: all of it) replaced by `new` is refused. */
struct edit {
    const char *old, *new, *names;
};

static void sheet_edits_refused(const struct edit *edits, size_t count) {
    for (size_t i = 0; i < count; i++) {
        const struct edit *x = &edits[i];
        write_sheets(x->old ? fixture_replace(sheet_json, x->old, x->new) : x->new);
        dataset_refused(test_dir, x->names);
    }
}
#define SHEET_EDITS_REFUSED(...)                                                                   \
    sheet_edits_refused((const struct edit[]){__VA_ARGS__},                                        \
                        sizeof((const struct edit[]){__VA_ARGS__}) / sizeof(struct edit))

START_TEST(intact_image_sheets_are_read) {
    write_sheets(sheet_json);
    dataset_free(fixture_read(test_dir));
}
END_TEST

START_TEST(dataset_json_that_is_not_json_is_refused) {
    SHEET_EDITS_REFUSED({NULL, "", "/dataset.json"}, {NULL, " \n", "/dataset.json"},
                        {NULL, "[]", "/dataset.json"},
                        {"}}", "}", "/dataset.json: line 1, column 128"},
                        {"\"width\": 2", "\"width\": two", "/dataset.json: line 1, column 24"},
                        {"}}", "}}x", "/dataset.json: line 1, column 129"},
                        {"[\"a\"", "[\"a\\u0000\"", "/dataset.json"});
    static const char zero[] = "{\"height\": 2}\0";
    test_write(test_path("dataset.json"), zero, sizeof zero);
    dataset_refused(test_dir, "/dataset.json");
}
END_TEST

START_TEST(dataset_json_with_wrong_keys_is_refused) {
    SHEET_EDITS_REFUSED({"height", "hight", "/dataset.json: \"hight\""},
                        {"\"samples\"", "\"sample\"", "/dataset.json: \"train.sample\""},
                        {"\"width\": 2, ", "", "/dataset.json: \"width\""},
                        {"\"width\": 2, ", "\"height\": 3, ", "/dataset.json: \"height\""},
                        {"\"width\": 2", "\"width\": \"2\"", "/dataset.json: \"width\""},
                        {"\"width\": 2", "\"width\": 2.5", "/dataset.json: \"width\""},
                        {"\"width\": 2", "\"width\": 0", "/dataset.json: \"width\""},
                        {"\"width\": 2", "\"width\": 16385", "/dataset.json: \"width\""},
                        {"\"height\": 2", "\"height\": 1e999", "/dataset.json: \"height\""},
                        {"\"samples\": 2", "\"samples\": -1", "/dataset.json: \"train.samples\""},
                        {"[\"s.png\"]", "3", "/dataset.json: \"train.sheets\""},
                        {"[\"s.png\"]", "[7]", "/dataset.json: \"train.sheets.0\""});
}
END_TEST

START_TEST(dataset_json_that_contradicts_itself_is_refused) {
    SHEET_EDITS_REFUSED(
        {"\"channels\": 1", "\"channels\": 2", "/dataset.json: \"channels\""},
        {"[\"a\", \"b\"]", "[]", "/dataset.json: \"classes\""},
        {"[\"a\", \"b\"]", "[\"a\", \"b\", \"c\"]", "\"c\""},
        {"[\"a\", \"b\"]", "[\"a\", \"a\"]", "\"a\""},
        {"\"train\": {\"samples\": 2, \"sheets\": [\"s.png\"], \"labels\": \"l.txt\"}",
         "\"test\": {\"samples\": 0, \"sheets\": [], \"labels\": \"\"}", ""});
}
END_TEST

/* The dataset may come from a stranger, and an error shows the beginning of a bad file. */
START_TEST(a_file_outside_the_folder_of_dataset_json_is_refused_unread) {
    SHEET_EDITS_REFUSED({"s.png", "../s.png", "names ../s.png"},
                        {"s.png", "a/../../s.png", "names a/../../s.png"},
                        {"s.png", "a/..", "names a/.."}, {"s.png", "/s.png", "names /s.png"},
                        {"l.txt", "../../etc/passwd", "names ../../etc/passwd"},
                        {"l.txt", "/etc/passwd", "names /etc/passwd"},
                        {"s.png", "..s.png", "..s.png: cannot be read"}); /* inside */
}
END_TEST

START_TEST(image_sheets_that_do_not_fit_dataset_json_are_refused) {
    SHEET_EDITS_REFUSED({"\"height\": 2, \"width\": 2", "\"height\": 2, \"width\": 3", "/s.png"},
                        {"\"height\": 2", "\"height\": 4", "/s.png"},
                        {"\"channels\": 1", "\"channels\": 3", "/s.png"});
}
END_TEST

START_TEST(image_sheets_with_more_or_fewer_samples_than_declared_are_refused) {
    SHEET_EDITS_REFUSED({"\"samples\": 2", "\"samples\": 3", "/dataset.json: \"train\""},
                        {"[\"s.png\"]", "[\"s.png\", \"s.png\"]", "/s.png"},
                        {"\"samples\": 2", "\"samples\": 0", "/s.png"},
                        {"\"samples\": 2", "\"samples\": 1000000000", "/dataset.json: \"train\""},
                        {"[\"s.png\"]", "[]", "/dataset.json: \"train\""});
}
END_TEST

START_TEST(missing_image_sheets_are_refused) {
    SHEET_EDITS_REFUSED(
        {"s.png", "none.png", "/none.png"}, {"l.txt", "none.txt", "/none.txt"},
        {"\"labels\": \"l.txt\"", "\"targets\": \"none.txt\"", "/none.txt"},
        {"l.txt", "", "/dataset.json: \"train\""},
        {"\"labels\"", "\"targets\": \"l.txt\", \"labels\"", "/dataset.json: \"train\""});
}
END_TEST

START_TEST(labels_that_are_not_class_indices_are_refused) {
    static const struct {
        const char *labels, *line;
    } cases[] = {{"0\n2\n", "line 2: \"2\""},
                 {"0\nx\n", "line 2: \"x\""},
                 {"a\n1\n", "line 1: \"a\""},
                 {"0\n-1\n", "line 2: \"-1\""},
                 {"0 \n1\n", "line 1: \"0 \""},
                 {"0\n\n1\n", "line 2: \"\""},
                 {"0\r\n1\r\n", "line 1: \"0?\""},
                 {"99999999999999999999999\n1\n", "line 1: \"99999999999999999999\""}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        write_sheets(sheet_json);
        test_write(test_path("l.txt"), cases[i].labels, strlen(cases[i].labels));
        dataset_refused(test_dir, fixture_text("/l.txt: %s", cases[i].line));
    }
}
END_TEST

START_TEST(too_few_or_too_many_labels_are_refused) {
    write_sheets(sheet_json);
    test_write(test_path("l.txt"), "", 0);
    dataset_refused(test_dir, "/l.txt");
    test_write(test_path("l.txt"), "0\n1\n1\n", 6);
    dataset_refused(test_dir, "/l.txt");
}
END_TEST

/* Writes sheet_json and a targets file with this text. */
static void write_targets(const char *text) {
    write_sheets(fixture_replace(sheet_json, "labels", "targets"));
    test_write(test_path("l.txt"), text, strlen(text));
}

START_TEST(targets_that_are_not_soft_labels_are_refused) {
    static const struct {
        const char *targets, *names;
    } cases[] = {
        {"1 0\n0 2\n", "line 2: \"2\""},
        {"1 0\n-0.5 1.5\n", "line 2: \"-0.5\""},
        {"1 nan\n0 1\n", "line 1: \"nan\""},
        {"0x1 0\n0 1\n", "line 1: \"0x1\""},
        {"1e99 0\n0 1\n", "line 1: \"1e99\""},
        {"0,5 0,5\n0 1\n", "line 1: \"0,5\""},
        {"0.5.5 0\n0 1\n", "line 1: \"0.5.5\""},
        {"1  0\n0 1\n", "line 1: \"\""},
        {"1 0\r\n0 1\r\n", "line 1: \"0?\""},
        {"1 0\n0 1.00000000000000000000001x\n", "line 2: \"1.000000000000000000\""},
        {"1\n0 1\n0\n", "line 1"},
        {"1 0 0\n0 1\n", "line 1"},
        {"0.5 0.5\n0 0\n", "line 2"},
        {"0.5 0.497\n0 1\n", "line 1"},
        {"1 0\n0 1\n1 0\n", ""},
        {"0.500 0.500\n", ""},
        {"1 0\n0", ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        write_targets(cases[i].targets);
        dataset_refused(test_dir, fixture_text("/l.txt: %s", cases[i].names));
    }
    write_targets("0.5 0.499\n0 1\n"); /* merely rounded */
    dataset_free(fixture_read(test_dir));
}
END_TEST

START_TEST(a_class_without_training_samples_is_refused) {
    write_targets("1 0\n1 0\n");
    dataset_refused(test_dir, "\"b\"");
    write_targets("1 0\n0.9 0.1\n");
    dataset_free(fixture_read(test_dir));
}
END_TEST

/* ---- folders ---- */

/* Writes a valid dataset of folders to test_dir: classes 0 and 1, with one 2 x 3 image each. */
static void write_folders(void) {
    struct dataset *d = fixture_dataset(3, 2, 1, 2, (const int[]){2, 2});
    fixture_write_folders(d, test_dir);
    dataset_free(d);
}

START_TEST(a_split_folder_without_classes_is_refused) {
    fixture_directory(test_path("train"));
    dataset_refused(test_dir, "/train");
}
END_TEST

START_TEST(a_class_folder_that_is_a_broken_link_is_refused) {
    write_folders();
    ck_assert_int_eq(symlink("nowhere", test_path("train/2")), 0);
    dataset_refused(test_dir, "/train/2");
}
END_TEST

START_TEST(a_stray_file_among_the_images_is_refused) {
    write_folders();
    test_write(test_path("train/1/notes.doc"), "x", 1);
    dataset_refused(test_dir, "/train/1/notes.doc");
}
END_TEST

START_TEST(an_image_whose_content_is_not_png_is_refused) {
    write_folders();
    test_write(test_path("train/1/z.png"), "JFIF", 4);
    dataset_refused(test_dir, "/train/1/z.png");
}
END_TEST

START_TEST(a_folder_in_place_of_an_image_is_refused) {
    write_folders();
    fixture_directory(test_path("train/1/z.png"));
    dataset_refused(test_dir, "/train/1/z.png");
}
END_TEST

START_TEST(a_file_in_place_of_a_class_folder_is_refused) {
    write_folders();
    test_write(test_path("train/a.png"), "x", 1);
    dataset_refused(test_dir, "/train/a.png");
}
END_TEST

START_TEST(a_test_class_missing_from_training_is_refused) {
    write_folders();
    fixture_directory(test_path("test/7"));
    test_write(test_path("test/7/a.png"), "x", 1);
    dataset_refused(test_dir, "the class \"7\", which the training set lacks");
}
END_TEST

START_TEST(images_of_different_sizes_are_refused) {
    static const int sizes[][2] = {{3, 3}, {2, 4}, {3, 2}};
    static const uint8_t pixels[9];
    write_folders();
    for (int i = 0; i < 3; i++) {
        fixture_write(test_path("test/1/z.png"),
                      fixture_png((uint32_t)sizes[i][0], (uint32_t)sizes[i][1], pixels));
        dataset_refused(test_dir, "/test/1/z.png");
    }
}
END_TEST

START_TEST(mixed_grey_and_rgb_images_are_refused) {
    struct text png = {0};
    write_folders();
    fixture_png_begin(&png, 2, 3, 8, 2);
    fixture_png_end(&png, "\0abcdef\0abcdef\0abcdef", 21);
    fixture_write(test_path("train/1/z.png"), png);
    dataset_refused(test_dir, "/train/1/z.png");
}
END_TEST

/* ---- IDX ---- */

#define TRAIN_IMAGES "train-images-idx3-ubyte"
#define TRAIN_LABELS "train-labels-idx1-ubyte"

/* Writes a valid IDX dataset to test_dir: 3 training and 2 test images of 2 x 2, in 2 classes. */
static void write_idx(const char *ending) {
    struct dataset *d = fixture_dataset(2, 2, 1, 2, (const int[]){3, 2});
    fixture_write_idx(d, test_dir, ending);
    dataset_free(d);
}

/* Checks that the valid dataset with other bytes in one of its files is refused. */
static void idx_refused(const char *file, struct text bytes) {
    write_idx("");
    fixture_write(test_path("%s", file), bytes);
    dataset_refused(test_dir, file);
}

static struct text images(uint32_t count, uint32_t height, uint32_t width, size_t size) {
    static const uint8_t pixels[64];
    return fixture_idx(3, (const uint32_t[]){count, height, width}, pixels, size);
}

static struct text labels(uint32_t count, const char *values, size_t size) {
    return fixture_idx(1, &count, values, size);
}

START_TEST(idx_with_a_wrong_magic_is_refused) {
    static const char *const starts[] = {"\1\0\10\3", "\0\1\10\3", "\0\0\11\3", "\0\0\10\1"};
    for (int i = 0; i < 4; i++) {
        struct text bytes = images(3, 2, 2, 12);
        memcpy(bytes.data, starts[i], 4);
        idx_refused(TRAIN_IMAGES, bytes);
    }
}
END_TEST

START_TEST(idx_that_ends_within_its_header_is_refused) {
    idx_refused(TRAIN_IMAGES, copy("", 0));
    idx_refused(TRAIN_IMAGES, copy("\0\0\10\3\0\0\0\3\0\0\0\2\0\0\0", 15));
    idx_refused(TRAIN_LABELS, copy("\0\0\10\1\0\0\0", 7));
}
END_TEST

START_TEST(idx_with_impossible_dimensions_is_refused) {
    idx_refused(TRAIN_IMAGES, images(0, 2, 2, 0));
    idx_refused(TRAIN_IMAGES, images(3, 0, 2, 0));
    idx_refused(TRAIN_IMAGES, images(3, 2, 16385, 12));
    idx_refused(TRAIN_IMAGES, images(0xffffffff, 0xffffffff, 0xffffffff, 12));
    idx_refused(TRAIN_LABELS, labels(0, "", 0));
}
END_TEST

START_TEST(idx_that_declares_more_than_its_file_can_hold_is_refused_before_allocation) {
    idx_refused(TRAIN_IMAGES, images(1000000000, 16384, 16384, 12));
    idx_refused(TRAIN_IMAGES, fixture_gzip(images(1000000000, 16384, 16384, 12)));
}
END_TEST

START_TEST(idx_with_missing_values_is_refused) {
    idx_refused(TRAIN_IMAGES, images(3, 2, 2, 11));
    idx_refused(TRAIN_LABELS, labels(3, "\0\1", 2));
}
END_TEST

START_TEST(idx_with_bytes_after_its_values_is_refused) {
    idx_refused(TRAIN_IMAGES, images(3, 2, 2, 13));
    idx_refused(TRAIN_LABELS, labels(3, "\0\0\1\1", 4));
}
END_TEST

/* Writes the bytes as the training images of a gzipped dataset. Returns true if they are read,
 * in which case the content must equal the original; otherwise *e has the reason. */
static bool gz_read(const void *data, size_t size, struct error *e) {
    test_write(test_path(TRAIN_IMAGES ".gz"), data, size);
    struct dataset *d = formats_read(DATA_AT(test_dir), NULL, e);
    if (d)
        ck_assert_mem_eq(d->split[TRAIN].pixels, "............", 12);
    else
        ck_assert(e->status == ERROR_INPUT && strncmp(e->text, test_dir, strlen(test_dir)) == 0);
    dataset_free(d);
    return d != NULL;
}

static struct text small_gz(void) {
    write_idx(".gz");
    return fixture_gzip(fixture_idx(3, (const uint32_t[]){3, 2, 2}, "............", 12));
}

START_TEST(gzipped_idx_truncated_at_any_byte_is_refused) {
    struct text gz = small_gz();
    ck_assert(gz_read(gz.data, gz.size, &(struct error){0}));
    for (size_t size = 0; size < gz.size; size++) {
        struct error e = {0};
        ck_assert_msg(!gz_read(gz.data, size, &e), "read, not refused: cut to %zu bytes", size);
    }
    text_free(&gz);
}
END_TEST

/* Some bits have no effect: the time in gzip's header, the padding after the last code. */
START_TEST(gzipped_idx_with_any_bit_flipped_is_refused_or_reads_the_same) {
    struct text gz = small_gz();
    int read = 0;
    for (size_t bit = 0; bit < 8 * gz.size; bit++) {
        gz.data[bit / 8] ^= (char)(1 << bit % 8);
        read += gz_read(gz.data, gz.size, &(struct error){0});
        gz.data[bit / 8] ^= (char)(1 << bit % 8);
    }
    ck_assert_int_lt(read, 8 * 8); /* of 37 bytes */
    text_free(&gz);
}
END_TEST

START_TEST(corrupt_gzipped_idx_is_refused_with_zlibs_reason) {
    struct error check = {0}, type = {0};
    const char *path = test_path(TRAIN_IMAGES ".gz");
    struct text gz = small_gz();
    gz.data[gz.size - 8] ^= 1;
    ck_assert(!gz_read(gz.data, gz.size, &check));
    test_refused(&check, path);
    gz.data[10] |= 6;
    ck_assert(!gz_read(gz.data, gz.size, &type));
    test_refused(&type, path);
    text_free(&gz);
}
END_TEST

START_TEST(idx_with_more_or_fewer_labels_than_images_is_refused) {
    idx_refused(TRAIN_LABELS, labels(2, "\0\1", 2));
    idx_refused(TRAIN_LABELS, labels(4, "\0\1\1\1", 4));
}
END_TEST

START_TEST(an_idx_test_label_missing_from_training_is_refused) {
    write_idx("");
    fixture_write(test_path("t10k-labels-idx1-ubyte"), labels(2, "\0\7", 2));
    dataset_refused(test_dir, "the class \"7\"");
}
END_TEST

START_TEST(idx_images_without_labels_are_refused) {
    write_idx("");
    ck_assert_int_eq(remove(test_path("t10k-labels-idx1-ubyte")), 0);
    dataset_refused(test_dir, "t10k-labels-idx1-ubyte");
    ck_assert_int_eq(remove(test_path(TRAIN_LABELS)), 0);
    dataset_refused(test_dir, TRAIN_LABELS);
}
END_TEST

START_TEST(idx_training_and_test_images_of_different_sizes_are_refused) {
    idx_refused("t10k-images-idx3-ubyte", images(2, 3, 2, 12));
}
END_TEST

START_TEST(two_idx_datasets_in_one_folder_are_refused) {
    write_idx("");
    test_write(test_path("emnist-" TRAIN_IMAGES), "x", 1);
    dataset_refused(test_dir, "emnist-" TRAIN_IMAGES);
}
END_TEST

START_TEST(idx_that_is_a_directory_or_a_pipe_is_refused) {
    write_idx("");
    ck_assert_int_eq(remove(test_path(TRAIN_LABELS)), 0);
    fixture_directory(test_path(TRAIN_LABELS));
    dataset_refused(test_dir, TRAIN_LABELS);
    ck_assert_int_eq(remove(test_path(TRAIN_IMAGES)), 0);
    ck_assert_int_eq(mkfifo(test_path(TRAIN_IMAGES), 0600), 0);
    dataset_refused(test_dir, TRAIN_IMAGES);
}
END_TEST

/* ---- safetensors ---- */

static const char tensors_json[] =
    "{\"__metadata__\":{\"k\":\"v\"},\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":"
    "[0,8]},\"b\":{\"dtype\":\"F32\",\"shape\":[1,2],\"data_offsets\":[8,16]}}";

static void tensors_refused(struct text bytes, const char *names) {
    struct error e = {0};
    struct safetensors s;
    const char *path = test_path("x.safetensors");
    fixture_write(path, bytes);
    ck_assert_msg(safetensors_read(&s, path, &e) == -1, "read, not refused: %s", names);
    test_names(e.text, path);
    test_refused(&e, names);
    arena_free(&s.arena);
}

static void tensors_edits_refused(const struct edit *edits, size_t count) {
    for (size_t i = 0; i < count; i++) {
        const struct edit *x = &edits[i];
        const char *json = x->old ? fixture_replace(tensors_json, x->old, x->new) : x->new;
        tensors_refused(fixture_safetensors(json, 16), x->names);
    }
}
#define TENSORS_EDITS_REFUSED(...)                                                                 \
    tensors_edits_refused((const struct edit[]){__VA_ARGS__},                                      \
                          sizeof((const struct edit[]){__VA_ARGS__}) / sizeof(struct edit))

START_TEST(intact_safetensors_are_read) {
    struct error e = {0};
    struct safetensors s;
    fixture_write(test_path("x"), fixture_safetensors(tensors_json, 16));
    ck_assert_int_eq(safetensors_read(&s, test_path("x"), &e), 0);
    ck_assert_str_eq(safetensors_get(&s, "k"), "v");
    const struct safetensors_entry *b = safetensors_find(&s, "b");
    ck_assert_int_eq(b->dims, 2);
    ck_assert_mem_eq(b->data, "\10\11\12\13\14\15\16\17", 8);
    arena_free(&s.arena);
}
END_TEST

START_TEST(safetensors_with_an_impossible_header_length_are_refused) {
    static const unsigned char lengths[][8] = {
        {0},                                       /* none */
        {200},                                     /* longer than the file */
        {0, 0xe1, 0xf5, 5},                        /* 100,000,000 */
        {1, 0xe1, 0xf5, 5},                        /* more than the format allows */
        {0xf8, 255, 255, 255, 255, 255, 255, 255}, /* overflows when its own 8 bytes are added */
        {255, 255, 255, 255, 255, 255, 255, 255},
    };
    for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
        struct text bytes = fixture_safetensors(tensors_json, 16);
        memcpy(bytes.data, lengths[i], 8);
        tensors_refused(bytes, "");
    }
    tensors_refused(copy("", 0), "");
    tensors_refused(copy("\1\0\0\0\0\0\0", 7), "");
}
END_TEST

START_TEST(a_safetensors_header_over_100_megabytes_is_refused) {
    struct text bytes = {0};
    const char *path = test_path("x.safetensors");
    struct safetensors s;
    struct error e = {0};
    text_add(&bytes, "\1\341\365\5\0\0\0\0{}", 10); /* 100,000,001 */
    fixture_write(path, bytes);
    ck_assert_int_eq(truncate(path, 8 + 100000001), 0); /* a sparse file takes no space */
    ck_assert_int_eq(safetensors_read(&s, path, &e), -1);
    test_refused(&e, path);
}
END_TEST

START_TEST(a_safetensors_header_that_is_not_json_is_refused) {
    TENSORS_EDITS_REFUSED({NULL, "[]", ""}, {NULL, "  {}", ""},
                          {NULL, "{\"a\"}", "line 1, column 5"},
                          {"16]}}", "16]}", "line 1, column 135"},
                          {"16]}}", "16]}}}", "line 1, column 136"}, {"\"k\"", "\"k\\u0000\"", ""});
}
END_TEST

START_TEST(a_safetensors_tensor_without_exactly_its_three_entries_is_refused) {
    static const char a[] = "\"a\"";
    TENSORS_EDITS_REFUSED({"\"dtype\":\"F32\",", "", a}, {"\"F32\"", "32", a},
                          {"\"shape\":[2],", "", a}, {"\"shape\":[2]", "\"shape\":2", a},
                          {"\"data_offsets\":[0,8]", "\"data_offsets\":8", a}, {"[0,8]", "[0]", a},
                          {"[0,8]", "[0,8,8]", a}, {"\"shape\":[2]", "\"shape\":[2],\"x\":1", a},
                          {NULL, "{\"a\":1}", a}, {NULL, "{\"a\":[\"F32\",[2],[0,8]]}", a});
}
END_TEST

START_TEST(safetensors_of_another_dtype_are_refused) {
    TENSORS_EDITS_REFUSED({"F32", "F16", "F16"}, {"F32", "f32", "f32"});
}
END_TEST

START_TEST(safetensors_with_an_impossible_shape_are_refused) {
    static const char a[] = "\"a\"";
    TENSORS_EDITS_REFUSED({"[2]", "[-2]", a}, {"[2]", "[2.5]", a}, {"[2]", "[\"2\"]", a},
                          {"[2]", "[17]", a}, {"[2]", "[1e300]", a}, {"[2]", "[2,2,2]", "\"a\""},
                          {"[2]", "[]", "\"a\""}, {"[2]", "[0]", "\"a\""},
                          {"[2]", "[1,1,1,1,1,1,1,1,2]", "\"a\""});
}
END_TEST

/* No dimension is larger than the data, but their product, in bytes, is 2^66. */
START_TEST(a_safetensors_shape_whose_product_overflows_is_refused) {
    const char *json = "{\"a\":{\"dtype\":\"F32\",\"shape\":[256,256,256,256,256,256,256,256],"
                       "\"data_offsets\":[0,0]}}";
    tensors_refused(fixture_safetensors(json, 256), "\"a\"");
}
END_TEST

START_TEST(safetensors_data_offsets_outside_the_file_are_refused) {
    static const char a[] = "\"a\"";
    TENSORS_EDITS_REFUSED({"[0,8]", "[8,0]", a}, {"[0,8]", "[-8,0]", a}, {"[0,8]", "[0,24]", a},
                          {"[0,8]", "[0,1e300]", a}, {"[0,8]", "[0.5,8.5]", a},
                          {"[0,8]", "[\"0\",8]", a}, {"[8,16]", "[16,24]", "\"b\""});
}
END_TEST

START_TEST(safetensors_that_overlap_or_leave_gaps_or_extra_bytes_are_refused) {
    TENSORS_EDITS_REFUSED(
        {"[8,16]", "[0,8]", "byte 8"}, {"[8,16]", "[4,12]", "byte 8"},
        {"[0,8]", "[4,12]", "byte 0"},
        {NULL,
         "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]},"
         "\"b\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[8,12]}}",
         "byte 4"},
        {NULL, "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}", ""},
        {NULL, "{}", ""});
}
END_TEST

START_TEST(safetensors_with_duplicate_names_are_refused) {
    TENSORS_EDITS_REFUSED({"\"b\":", "\"a\":", "\"a\""},
                          {"\"k\":\"v\"", "\"k\":\"v\",\"k\":\"w\"", "\"__metadata__.k\""},
                          {"\"dtype\":", "\"shape\":[2],\"dtype\":", "\"a.shape\""});
}
END_TEST

START_TEST(safetensors_metadata_other_than_strings_are_refused) {
    TENSORS_EDITS_REFUSED({"{\"k\":\"v\"}", "7", ""}, {"{\"k\":\"v\"}", "[\"v\"]", ""},
                          {"\"v\"", "1", "\"k\""}, {"\"v\"", "null", "\"k\""});
}
END_TEST

START_TEST(safetensors_truncated_at_any_byte_are_refused) {
    struct text bytes = fixture_safetensors(tensors_json, 16);
    for (size_t size = 0; size < bytes.size; size++) {
        struct error e = {0};
        struct safetensors s;
        test_write(test_path("x"), bytes.data, size);
        ck_assert_msg(safetensors_read(&s, test_path("x"), &e) == -1,
                      "read, not refused: cut to %zu bytes", size);
        ck_assert_int_eq(e.status, ERROR_INPUT);
        arena_free(&s.arena);
    }
    text_free(&bytes);
}
END_TEST

START_TEST(safetensors_that_overlap_a_thousand_times_cost_no_memory) {
    enum { SIZE = 1 << 20, COUNT = 1000 };
    struct text header = {0};
    for (int i = 0; i < COUNT; i++)
        text_printf(&header, "%s\"%d\":{\"dtype\":\"F32\",\"shape\":[%d],\"data_offsets\":[0,%d]}",
                    i == 0 ? "{" : ",", i, SIZE / 4, SIZE);
    text_add(&header, "}", 1);
    struct text bytes = fixture_safetensors(header.data, SIZE);
    text_free(&header);
    long before = peak_memory();
    tensors_refused(bytes, "");
    ck_assert_int_lt(peak_memory() - before, 100000);
}
END_TEST

/* ---- mutations ---- */

/* A copy with one to three changes: flipped bits, replaced bytes, truncation, duplication, removal.
 */
static struct text mutated(const struct text *good, struct rng *r) {
    struct text t = copy(good->data, good->size);
    for (int n = 1 + (int)rng_below(r, 3); n > 0 && t.size > 1; n--) {
        size_t at = rng_below(r, (uint32_t)t.size), left = t.size - at;
        size_t size = 1 + rng_below(r, left < 16 ? (uint32_t)left : 16);
        struct text tail = copy(t.data + at, left);
        switch (rng_below(r, 5)) {
        case 0: t.data[at] ^= (char)(1 << rng_below(r, 8)); break;
        case 1: t.data[at] = (char)"\0\1\177\200\377\"{}[]0-9e."[rng_below(r, 15)]; break;
        case 2: t.size = at; break;
        case 3:
            t.size = at + size;
            text_add(&t, tail.data, tail.size);
            break;
        case 4:
            t.size = at;
            text_add(&t, tail.data + size, tail.size - size);
            break;
        }
        text_free(&tail);
    }
    return t;
}

static bool read_png(const char *path, struct error *e) {
    struct picture p;
    int result = picture_read(&p, path, PICTURE_BLACK, e);
    picture_free(&p);
    return result == 0;
}

static bool read_tensors(const char *path, struct error *e) {
    struct safetensors s;
    int result = safetensors_read(&s, path, e);
    arena_free(&s.arena);
    return result == 0;
}

static bool read_dataset(const char *path, struct error *e) {
    (void)path;
    struct dataset *d = formats_read(DATA_AT(test_dir), NULL, e);
    dataset_free(d);
    return d != NULL;
}

/* Writes `count` mutations of the file to its path and reads each: it must be read or refused as
 * bad input, without a crash, excessive memory or any other outcome. `mend` may repair checksums,
 * which would otherwise catch most mutations before any other check. */
static void survive(const char *name, struct text good, int count, void (*mend)(struct text *),
                    bool (*read)(const char *path, struct error *e)) {
    struct rng r = rng_stream(5, RNG_SHUFFLE, 0);
    int refused = 0;
    for (int i = 0; i < count; i++) {
        struct error e = {0};
        struct text t = mutated(&good, &r);
        if (mend)
            mend(&t);
        const char *path = test_path("%s", name);
        fixture_write(path, t);
        if (!read(path, &e)) {
            ck_assert_msg(e.status == ERROR_INPUT, "mutation %d: %s", i, e.text);
            ck_assert(strncmp(e.text, test_dir, strlen(test_dir)) == 0);
            refused++;
        }
    }
    ck_assert_int_gt(refused, count / 4);
    text_free(&good);
}

/* Corrects the CRC of every chunk, as long as the lengths make sense. */
static void mend_png(struct text *png) {
    struct text mended = copy(png->data, png->size < 8 ? png->size : 8);
    size_t at = 8;
    while (at + 12 <= png->size) {
        const unsigned char *b = (const unsigned char *)png->data + at;
        size_t size = (size_t)b[0] << 24 | (size_t)b[1] << 16 | (size_t)b[2] << 8 | b[3];
        if (size > png->size - at - 12)
            break;
        fixture_png_chunk(&mended, png->data + at + 4, b + 8, size);
        at += size + 12;
    }
    if (at < png->size)
        text_add(&mended, png->data + at, png->size - at);
    text_free(png);
    *png = mended;
}

START_TEST(mutated_png_is_read_or_refused) {
    survive("x.png", small_png(), 1000, NULL, read_png);
}
END_TEST

START_TEST(mutated_png_with_correct_checksums_is_read_or_refused) {
    survive("x.png", small_png(), 2000, mend_png, read_png);
}
END_TEST

START_TEST(mutated_idx_images_are_read_or_refused) {
    write_idx("");
    survive(TRAIN_IMAGES, images(3, 2, 2, 12), 1500, NULL, read_dataset);
}
END_TEST

START_TEST(mutated_idx_labels_are_read_or_refused) {
    write_idx("");
    survive(TRAIN_LABELS, labels(3, "\0\1\1", 3), 1000, NULL, read_dataset);
}
END_TEST

START_TEST(mutated_gzip_is_read_or_refused) {
    write_idx(".gz");
    survive(TRAIN_IMAGES ".gz", fixture_gzip(images(3, 2, 2, 12)), 1500, NULL, read_dataset);
}
END_TEST

START_TEST(mutated_dataset_json_is_read_or_refused) {
    write_sheets(sheet_json);
    survive("dataset.json", copy(sheet_json, strlen(sheet_json)), 1500, NULL, read_dataset);
}
END_TEST

START_TEST(mutated_targets_are_read_or_refused) {
    static const char targets[] = "0.25 0.75\n1e-1 9e-1\n";
    write_targets(targets);
    dataset_free(fixture_read(test_dir));
    survive("l.txt", copy(targets, strlen(targets)), 1500, NULL, read_dataset);
}
END_TEST

START_TEST(mutated_safetensors_are_read_or_refused) {
    survive("x", fixture_safetensors(tensors_json, 16), 3000, NULL, read_tensors);
}
END_TEST

Suite *test_hostile(void);

/* ---- names that a terminal would obey ---- */

/* U+202E, which reverses what follows, in the names of images, of a dataset, of runs and of files
 * to write. Every command runs, and shows three question marks instead. */
START_TEST(names_of_files_and_directories_are_shown_as_plain_text) {
    samples_write();
    static const char config[] =
        "{\"name\": \"c\", \"seed\": 1, \"data\": {\"path\": \"data/folders\", "
        "\"validation\": 3}, \"model\": [{\"type\": \"linear\", \"units\": 3}], "
        "\"optimizer\": {\"type\": \"sgd\", \"learning_rate\": 0.1}, "
        "\"train\": {\"epochs\": 1, \"batch_size\": 5}}";
    test_write(test_path("c.json"), config, strlen(config));
    struct test_outcome o = test_shell(
        "O=$(realpath $ONEHOT) && cd %s && B=$(printf 'a\\342\\200\\256b') && cp -r data/folders "
        "\"$B\" && "
        "for f in data/folders/test/*/*.png; do mv $f \"${f%%.png}$B.png\" || exit 9; done && "
        "$O train c.json --quiet output=run && cp -r run \"$B-run\" && mkdir \"$B-none\" && "
        "show() { $O \"$@\" >>log 2>&1 || { echo \"$*\"; tail -n 3 log; exit 1; }; } && "
        "show evaluate \"$B-run\" --wrong && show evaluate run --data \"$B\" && "
        "show compare run \"$B-run\" \"$B-none\" && show compare run \"$B-run\" --plot && "
        "show report \"$B-run\" && show predict run \"$B\" && show calibrate \"$B-run\" && "
        "show export run --onnx \"$B.onnx\" && show export run --c \"$B.h\" && "
        "show pack data/folders \"$B-pack\" && "
        "{ grep $(printf '\\342\\200\\256') log; grep -c 'a???b' log; }",
        test_dir);
    ck_assert_msg(o.status == 0 && atoi(o.out) >= 12, "%s%s", o.out, o.err);
}
END_TEST

Suite *test_hostile(void) {
    return TEST_SUITE(
        "hostile", a_missing_dataset_is_refused, a_file_in_place_of_a_dataset_is_refused,
        a_folder_without_a_dataset_is_refused, a_dataset_folder_without_permission_is_refused,
        files_without_permission_are_refused, an_empty_png_is_refused,
        a_file_that_is_not_a_png_is_refused,
        missing_files_directories_and_pipes_are_refused_as_png_input,
        a_png_truncated_at_any_byte_is_refused, a_png_with_any_bit_flipped_is_refused,
        a_damaged_png_is_refused_with_libpngs_reason,
        a_png_of_impossible_size_is_refused_before_memory_is_allocated,
        a_png_chunk_that_declares_2_gigabytes_costs_no_memory,
        a_png_with_fewer_rows_than_declared_is_refused, intact_image_sheets_are_read,
        dataset_json_that_is_not_json_is_refused, dataset_json_with_wrong_keys_is_refused,
        dataset_json_that_contradicts_itself_is_refused,
        a_file_outside_the_folder_of_dataset_json_is_refused_unread,
        image_sheets_that_do_not_fit_dataset_json_are_refused,
        image_sheets_with_more_or_fewer_samples_than_declared_are_refused,
        missing_image_sheets_are_refused, labels_that_are_not_class_indices_are_refused,
        targets_that_are_not_soft_labels_are_refused, a_class_without_training_samples_is_refused,
        too_few_or_too_many_labels_are_refused, a_split_folder_without_classes_is_refused,
        a_class_folder_that_is_a_broken_link_is_refused, a_stray_file_among_the_images_is_refused,
        an_image_whose_content_is_not_png_is_refused, a_folder_in_place_of_an_image_is_refused,
        a_file_in_place_of_a_class_folder_is_refused, a_test_class_missing_from_training_is_refused,
        images_of_different_sizes_are_refused, mixed_grey_and_rgb_images_are_refused,
        idx_with_a_wrong_magic_is_refused, idx_that_ends_within_its_header_is_refused,
        idx_with_impossible_dimensions_is_refused,
        idx_that_declares_more_than_its_file_can_hold_is_refused_before_allocation,
        idx_with_missing_values_is_refused, idx_with_bytes_after_its_values_is_refused,
        gzipped_idx_truncated_at_any_byte_is_refused,
        gzipped_idx_with_any_bit_flipped_is_refused_or_reads_the_same,
        corrupt_gzipped_idx_is_refused_with_zlibs_reason,
        idx_with_more_or_fewer_labels_than_images_is_refused,
        an_idx_test_label_missing_from_training_is_refused, idx_images_without_labels_are_refused,
        idx_training_and_test_images_of_different_sizes_are_refused,
        two_idx_datasets_in_one_folder_are_refused, idx_that_is_a_directory_or_a_pipe_is_refused,
        intact_safetensors_are_read, safetensors_with_an_impossible_header_length_are_refused,
        a_safetensors_header_over_100_megabytes_is_refused,
        a_safetensors_header_that_is_not_json_is_refused,
        a_safetensors_tensor_without_exactly_its_three_entries_is_refused,
        safetensors_of_another_dtype_are_refused, safetensors_with_an_impossible_shape_are_refused,
        a_safetensors_shape_whose_product_overflows_is_refused,
        safetensors_data_offsets_outside_the_file_are_refused,
        safetensors_that_overlap_or_leave_gaps_or_extra_bytes_are_refused,
        safetensors_with_duplicate_names_are_refused,
        safetensors_metadata_other_than_strings_are_refused,
        safetensors_truncated_at_any_byte_are_refused,
        safetensors_that_overlap_a_thousand_times_cost_no_memory, mutated_png_is_read_or_refused,
        mutated_png_with_correct_checksums_is_read_or_refused,
        mutated_idx_images_are_read_or_refused, mutated_idx_labels_are_read_or_refused,
        mutated_gzip_is_read_or_refused, mutated_dataset_json_is_read_or_refused,
        mutated_targets_are_read_or_refused, mutated_safetensors_are_read_or_refused,
        names_of_files_and_directories_are_shown_as_plain_text);
}
