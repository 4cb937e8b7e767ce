/* The loaders on good input, and the path from pixels to batches. */
#include "base/file.h"
#include "base/rng.h"
#include "data/dataset.h"
#include "data/formats.h"
#include "data/pictures/image_sheet.h"
#include "fixtures.h"
#include "messages.h"
#include "picture/picture.h"
#include "test.h"
#include "train/evaluation.h"

#include <math.h>
#include <png.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>

static const int both[SPLITS] = {12, 5};

/* ---- the three formats ---- */

static void hash_idx(const void *values, size_t size, int ndims, const uint32_t *dims,
                     const char *digest) {
    char hex[SHA256_HEX];
    struct text file = fixture_idx(ndims, dims, values, size);
    sha256_hex(file.data, file.size, hex);
    text_free(&file);
    ck_assert_str_eq(hex, digest);
}

START_TEST(mnist_image_sheets_decode_to_the_original_idx_bytes) {
    static const char *const digests[2][2] = {
        {"ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
         "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5"},
        {"0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
         "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2"}};
    struct dataset *d = fixture_read("data/mnist");
    for (int k = 0; k <= TEST; k++) {
        const struct split *s = &d->split[k];
        uint32_t dims[] = {(uint32_t)s->count, 28, 28};
        uint8_t *labels = malloc((size_t)s->count);
        for (int i = 0; i < s->count; i++)
            labels[i] = (uint8_t)s->labels[i];
        hash_idx(s->pixels, (size_t)s->count * 28 * 28, 3, dims, digests[k][0]);
        hash_idx(labels, (size_t)s->count, 1, dims, digests[k][1]);
        free(labels);
    }
    dataset_free(d);
}
END_TEST

START_TEST(every_format_gives_the_same_samples_and_digest) {
    struct error e = {0};
    const char *paths[] = {test_path("raw"), test_path("gz"), test_path("folders"),
                           test_path("sheets")};
    struct dataset *d = fixture_dataset(3, 2, 1, 4, both);
    fixture_directory(paths[0]);
    fixture_directory(paths[1]);
    fixture_write_idx(d, paths[0], "");
    fixture_write_idx(d, paths[1], ".gz");
    fixture_write_folders(d, paths[2]);
    ck_assert_int_eq(image_sheet_write(d, paths[3], &e), 0);
    char digest[SHA256_HEX] = "";
    for (int i = 0; i < 4; i++) {
        struct dataset *got = fixture_read(paths[i]);
        fixture_same(got, d);
        if (i > 0)
            ck_assert_str_eq(got->digest, digest);
        strcpy(digest, got->digest);
        dataset_free(got);
    }
    dataset_free(d);
}
END_TEST

/* Computes the digest of d, written as an IDX folder and read back. */
static void digest_of(const struct dataset *d, char digest[SHA256_HEX]) {
    fixture_write_idx(d, test_dir, "");
    struct dataset *got = fixture_read(test_dir);
    strcpy(digest, got->digest);
    dataset_free(got);
}

START_TEST(the_digest_distinguishes_pixels_labels_and_shapes) {
    char digests[4][SHA256_HEX];
    struct dataset *d = fixture_dataset(3, 2, 1, 4, both);
    digest_of(d, digests[0]);
    d->split[TEST].pixels[29] ^= 1;
    digest_of(d, digests[1]);
    d->split[TRAIN].labels[11] = 0;
    digest_of(d, digests[2]);
    d->height = 2;
    d->width = 3;
    digest_of(d, digests[3]);
    for (int i = 0; i < 4; i++)
        for (int k = 0; k < i; k++)
            ck_assert_str_ne(digests[i], digests[k]);
    dataset_free(d);
}
END_TEST

START_TEST(either_split_may_be_missing_in_every_format) {
    static const int counts[][2] = {{4, 0}, {0, 4}};
    for (int i = 0; i < 2; i++) {
        struct error e = {0};
        struct dataset *d = fixture_dataset(2, 2, 1, 2, counts[i]);
        const char *paths[] = {test_path("idx%d", i), test_path("folders%d", i),
                               test_path("sheets%d", i)};
        fixture_directory(paths[0]);
        fixture_write_idx(d, paths[0], "");
        fixture_write_folders(d, paths[1]);
        ck_assert_int_eq(image_sheet_write(d, paths[2], &e), 0);
        for (int k = 0; k < 3; k++) {
            struct data_options from = *DATA_AT(paths[k]);
            from.test_fraction = 0; /* otherwise folders without a test set get one */
            struct dataset *got = formats_read(&from, NULL, &e);
            ck_assert_msg(got != NULL, "%s", e.text);
            fixture_same(got, d);
            dataset_free(got);
        }
        dataset_free(d);
    }
}
END_TEST

START_TEST(hidden_files_are_ignored) {
    struct dataset *d = fixture_dataset(2, 2, 1, 2, both);
    fixture_write_folders(d, test_dir);
    test_write(test_path(".DS_Store"), "x", 1);
    test_write(test_path("train/.DS_Store"), "x", 1);
    test_write(test_path("train/1/.DS_Store"), "x", 1);
    test_write(test_path("test/.hidden.png"), "x", 1);
    struct dataset *got = fixture_read(test_dir);
    fixture_same(got, d);
    dataset_free(got);
    dataset_free(d);
}
END_TEST

/* ---- IDX ---- */

START_TEST(a_raw_idx_file_wins_over_its_gzipped_copy) {
    struct dataset *d = fixture_dataset(3, 2, 1, 4, both);
    fixture_write_idx(d, test_dir, "");
    test_write(test_path("train-images-idx3-ubyte.gz"), "stale", 5);
    struct dataset *got = fixture_read(test_dir);
    fixture_same(got, d);
    dataset_free(got);
    dataset_free(d);
}
END_TEST

START_TEST(idx_files_are_found_under_all_their_usual_names) {
    static const char *const names[][2] = {
        {"emnist-letters-train-images-idx3-ubyte.gz", "emnist-letters-train-labels-idx1-ubyte.gz"},
        {"emnist-letters-test-images-idx3-ubyte", "emnist-letters-test-labels-idx1-ubyte.gz"},
        {"train-images.idx3-ubyte", "train-labels.idx1-ubyte"},
        {"t10k-images.idx3-ubyte", "t10k-labels-idx1-ubyte"}};
    for (int i = 0; i < 4; i++) {
        const char *dir = test_path("%d", i);
        fixture_directory(dir);
        fixture_write(test_path("%d/%s", i, names[i][0]),
                      fixture_idx(3, (const uint32_t[]){2, 1, 1}, "ab", 2));
        fixture_write(test_path("%d/%s", i, names[i][1]),
                      fixture_idx(1, (const uint32_t[]){2}, "\7\3", 2));
        struct dataset *d = fixture_read(dir);
        ck_assert_mem_eq(d->split[i % 2 == 0 ? TRAIN : TEST].labels, ((const int[]){1, 0}), 8);
        dataset_free(d);
    }
}
END_TEST

START_TEST(idx_labels_1_to_26_become_classes_with_these_names) {
    uint8_t labels[26], pixels[26] = {0};
    for (int i = 0; i < 26; i++)
        labels[i] = (uint8_t)(26 - i);
    fixture_write(test_path("train-images-idx3-ubyte"),
                  fixture_idx(3, (const uint32_t[]){26, 1, 1}, pixels, 26));
    fixture_write(test_path("train-labels-idx1-ubyte"),
                  fixture_idx(1, (const uint32_t[]){26}, labels, 26));
    struct dataset *d = fixture_read(test_dir);
    ck_assert_int_eq(d->classes.count, 26);
    for (int c = 0; c < 26; c++) {
        ck_assert_str_eq(d->classes.items[c], fixture_text("%d", c + 1));
        ck_assert_int_eq(d->split[TRAIN].labels[c], 25 - c);
    }
    dataset_free(d);
}
END_TEST

/* ---- folders ---- */

/* A 1 x 1 image with this value. */
static void write_dot(const char *path, uint8_t value) {
    fixture_write(path, fixture_png(1, 1, &value));
}

/* Makes a class folder for each name in `made` and expects the classes in the order of `read`. */
static void check_class_order(const char *const *made, const char *const *read, int count) {
    struct error e = {0};
    for (int i = 0; i < count; i++) {
        ck_assert_int_eq(file_make_directory(test_path("train/%s", made[i]), &e), 0);
        write_dot(test_path("train/%s/a.png", made[i]), 0);
    }
    struct dataset *d = fixture_read(test_dir);
    ck_assert_int_eq(d->classes.count, count);
    for (int i = 0; i < count; i++)
        ck_assert_str_eq(d->classes.items[i], read[i]);
    dataset_free(d);
}

START_TEST(numeric_class_names_are_sorted_as_numbers) {
    check_class_order((const char *[]){"10", "2", "123456789012345678901234567890", "0", "1"},
                      (const char *[]){"0", "1", "2", "10", "123456789012345678901234567890"}, 5);
}
END_TEST

START_TEST(equal_numbers_as_class_names_are_sorted_by_bytes) {
    check_class_order((const char *[]){"1", "001", "01", "000", "2"},
                      (const char *[]){"000", "001", "01", "1", "2"}, 5);
}
END_TEST

START_TEST(mixed_class_names_are_sorted_by_bytes) {
    check_class_order((const char *[]){"cat", "2", "10", "Zebra", "\xc3\xa4", "b"},
                      (const char *[]){"10", "2", "Zebra", "b", "cat", "\xc3\xa4"}, 6);
}
END_TEST

START_TEST(images_of_a_class_are_read_in_order_of_name) {
    struct error e = {0};
    ck_assert_int_eq(file_make_directory(test_path("train/a"), &e), 0);
    write_dot(test_path("train/a/b.png"), 20);
    write_dot(test_path("train/a/c.PNG"), 30); /* the extension that cameras use */
    write_dot(test_path("train/a/a.png"), 10);
    ck_assert_int_eq(file_make_directory(test_path("train/b"), &e), 0);
    ck_assert_int_eq(file_make_directory(test_path("test/b"), &e), 0);
    write_dot(test_path("train/b/0.png"), 40);
    write_dot(test_path("test/b/0.png"), 50);
    struct dataset *d = fixture_read(test_dir);
    ck_assert_mem_eq(d->split[TRAIN].pixels, ((const uint8_t[]){10, 20, 30, 40}), 4);
    dataset_free(d);
}
END_TEST

START_TEST(the_test_folder_need_not_have_every_class) {
    struct dataset *d = fixture_dataset(2, 2, 1, 3, both);
    d->split[TEST].count = 1;
    d->split[TEST].labels[0] = 2;
    fixture_write_folders(d, test_dir);
    struct dataset *got = fixture_read(test_dir);
    fixture_same(got, d);
    dataset_free(got);
    dataset_free(d);
}
END_TEST

/* ---- image sheets and pack ---- */

/* Packs d into a folder of test_dir and reads it back. */
static void check_pack(const struct dataset *d) {
    struct error e = {0};
    ck_assert_msg(image_sheet_write(d, test_path("packed"), &e) == 0, "%s", e.text);
    struct dataset *got = fixture_read(test_path("packed"));
    fixture_same(got, d);
    dataset_free(got);
}

START_TEST(image_sheets_are_read_row_by_row_and_the_last_may_end_early) {
    static const char json[] =
        "{\"height\": 1, \"width\": 2, \"channels\": 1, \"classes\": [\"x\", \"y\"],\n"
        " \"train\": {\"samples\": 7, \"sheets\": [\"a.png\", \"b.png\"], \"labels\": \"l\"}}\n";
    static const uint8_t a[] = {1, 2, 3, 4, 5, 6, 7, 8}, b[] = {9, 10, 11, 12, 13, 14, 0, 0};
    test_write(test_path("dataset.json"), json, strlen(json));
    test_write(test_path("l"), "0\n0\n0\n0\n0\n0\n1\n", 14);
    fixture_write(test_path("a.png"), fixture_png(4, 2, a));
    fixture_write(test_path("b.png"), fixture_png(2, 4, b));
    struct dataset *d = fixture_read(test_dir);
    ck_assert_int_eq(d->split[TRAIN].count, 7);
    for (int i = 0; i < 14; i++)
        ck_assert_int_eq(d->split[TRAIN].pixels[i], i + 1);
    dataset_free(d);
}
END_TEST

START_TEST(the_first_bad_image_sheet_is_reported_whatever_the_number_of_threads) {
    static const char json[] =
        "{\"height\": 1, \"width\": 2, \"channels\": 1, \"classes\": [\"x\", \"y\"],\n"
        " \"train\": {\"samples\": 3, \"sheets\": [\"a.png\", \"b.png\", \"c.png\"], "
        "\"labels\": \"l\"}}\n";
    test_write(test_path("dataset.json"), json, strlen(json));
    fixture_write(test_path("a.png"), fixture_png(2, 1, (const uint8_t[]){1, 2}));
    test_write(test_path("b.png"), "this is no PNG", 14); /* and c.png is missing */
    for (int threads = 1; threads <= 3; threads++) {
        struct error e = {0};
        struct thread_pool *pool = thread_pool_new(threads, &e);
        ck_assert_ptr_nonnull(pool);
        ck_assert_ptr_null(formats_read(DATA_AT(test_dir), pool, &e));
        ck_assert_msg(strstr(e.text, "b.png: ") != NULL, "%s", e.text);
        thread_pool_free(pool);
    }
}
END_TEST

START_TEST(a_labels_file_may_end_without_a_line_break) {
    struct error e = {0};
    struct dataset *d = fixture_dataset(2, 2, 1, 2, (const int[]){2, 0});
    ck_assert_int_eq(image_sheet_write(d, test_path("packed"), &e), 0);
    test_write(test_path("packed/train-labels.txt"), "0\n1", 3);
    struct dataset *got = fixture_read(test_path("packed"));
    fixture_same(got, d);
    dataset_free(got);
    dataset_free(d);
}
END_TEST

START_TEST(rgb_images_survive_pack) {
    struct dataset *d = fixture_dataset(3, 5, 3, 4, both);
    check_pack(d);
    dataset_free(d);
}
END_TEST

START_TEST(pack_keeps_the_order) {
    struct dataset *d = fixture_dataset(2, 3, 1, 4, both);
    struct rng r = rng_stream(2, RNG_SHUFFLE, 0);
    rng_shuffle(&r, d->split[TRAIN].labels, both[TRAIN]);
    rng_shuffle(&r, d->split[TEST].labels, both[TEST]);
    check_pack(d);
    dataset_free(d);
}
END_TEST

/* Adds soft labels for 4 classes, with many digits, to each sample, and the labels that follow from
 * them. */
static void add_targets(struct dataset *d, int split) {
    struct split *s = &d->split[split];
    struct rng r = rng_stream(4, RNG_SHUFFLE, (uint32_t)split);
    s->targets = arena_alloc(&d->arena, (size_t)s->count, 4 * sizeof *s->targets);
    for (int i = 0; i < s->count; i++) {
        float *y = s->targets + (size_t)i * 4;
        float sum = 0;
        for (int j = 0; j < 3; j++) {
            y[(i + j) % 4] = (float)rng_uniform(&r) / 3;
            sum += y[(i + j) % 4];
        }
        y[(i + 3) % 4] = 1 - sum;
        s->labels[i] = 0;
        for (int j = 1; j < 4; j++)
            s->labels[i] = y[j] > y[s->labels[i]] ? j : s->labels[i];
    }
}

START_TEST(targets_survive_pack_bit_for_bit) {
    struct dataset *d = fixture_dataset(2, 3, 1, 4, both);
    add_targets(d, TRAIN); /* the test set keeps its labels */
    check_pack(d);
    dataset_free(d);
}
END_TEST

START_TEST(the_label_of_a_soft_label_is_the_first_most_probable_class) {
    static const char json[] =
        "{\"height\": 1, \"width\": 1, \"channels\": 1, \"classes\": [\"x\", \"y\", \"z\"],\n"
        " \"train\": {\"samples\": 3, \"sheets\": [\"a.png\"], \"targets\": \"t\"}}\n";
    test_write(test_path("dataset.json"), json, strlen(json));
    test_write(test_path("t"), "0.2 0.4 0.4\n1 0 0\n-0 1e-3 .999", 30); /* no line break */
    fixture_write(test_path("a.png"), fixture_png(3, 1, (const uint8_t[]){1, 2, 3}));
    struct dataset *d = fixture_read(test_dir);
    static const float want[] = {0.2f, 0.4f, 0.4f, 1, 0, 0, 0, 0.001f, 0.999f};
    ck_assert_mem_eq(d->split[TRAIN].targets, want, sizeof want);
    ck_assert_mem_eq(d->split[TRAIN].labels, ((const int[]){1, 0, 2}), 3 * sizeof(int));
    dataset_free(d);
}
END_TEST

START_TEST(the_digest_distinguishes_targets) {
    char digests[3][SHA256_HEX];
    struct error e = {0};
    struct dataset *d = fixture_dataset(2, 3, 1, 4, both);
    for (int i = 0; i < 3; i++) {
        float *targets;
        if (i == 1)
            add_targets(d, TRAIN);
        if (i == 2) { /* the last bit of one target, which changes no label */
            targets = d->split[TRAIN].targets;
            targets[5] = nextafterf(targets[5], 0);
        }
        ck_assert_int_eq(image_sheet_write(d, test_path("%d", i), &e), 0);
        struct dataset *got = fixture_read(test_path("%d", i));
        strcpy(digests[i], got->digest);
        dataset_free(got);
    }
    ck_assert_str_ne(digests[0], digests[1]);
    ck_assert_str_ne(digests[1], digests[2]);
    dataset_free(d);
}
END_TEST

START_TEST(pack_writes_image_sheets_of_1400_pixels_per_side_in_order_of_name) {
    struct dataset *d = fixture_dataset(1400, 650, 1, 2, (const int[]){21, 0});
    struct split *s = &d->split[TRAIN];
    for (int i = 0; i < s->count; i++) /* noise would be slow to compress */
        memset(s->pixels + (size_t)i * 1400 * 650, i, 1400 * 650);
    check_pack(d);
    struct picture p;
    struct error e = {0};
    ck_assert_int_eq(picture_read(&p, test_path("packed/train-10.png"), PICTURE_BLACK, &e), 0);
    ck_assert_int_eq(p.width, 1300); /* two tiles per sheet, and one empty tile in the last */
    ck_assert_int_eq(p.height, 1400);
    ck_assert_int_eq(p.pixels[0], 20);
    ck_assert_int_eq(p.pixels[650], 0);
    picture_free(&p);
    dataset_free(d);
}
END_TEST

START_TEST(pack_refuses_a_folder_with_files_and_leaves_it_alone) {
    struct error e = {0};
    struct dataset *d = fixture_dataset(2, 2, 1, 2, both);
    test_write(test_path("precious"), "x", 1);
    ck_assert_int_eq(image_sheet_write(d, test_dir, &e), -1);
    test_refused(&e, test_dir);
    int count = 0;
    free(file_list(test_dir, &count, &(struct error){0}));
    ck_assert_int_eq(count, 1);
    dataset_free(d);
}
END_TEST

START_TEST(a_pack_that_fails_midway_leaves_nothing) {
    struct error e = {0};
    /* The training sheet and its labels fit into 4 kB; the test sheet does not. */
    struct dataset *d = fixture_dataset(100, 100, 1, 1, (const int[]){1, 2});
    memset(d->split[TRAIN].pixels, 0, 100 * 100);
    signal(SIGXFSZ, SIG_IGN);
    struct rlimit was, limit;
    ck_assert_int_eq(getrlimit(RLIMIT_FSIZE, &was), 0);
    limit = was;
    limit.rlim_cur = 4096;
    ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
    int result = image_sheet_write(d, test_path("new"), &e);
    ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &was), 0);
    ck_assert_int_eq(result, -1);
    test_names(e.text, test_path("new/test-0.png"));
    test_message(e.text);
    ck_assert_int_eq(e.status, ERROR_RUN);
    ck_assert(!test_exists(test_path("new")));
    dataset_free(d);
}
END_TEST

START_TEST(the_folder_of_a_pack_that_was_killed_is_refused_with_the_reason) {
    struct error e = {0};
    struct dataset *d = fixture_dataset(2, 2, 1, 1, (const int[]){1, 1});
    mkdir(test_path("new"), 0777);
    test_write(test_path("new/train-0.png"), "x", 1);
    ck_assert_int_eq(image_sheet_write(d, test_path("new"), &e), -1);
    test_refused(&e, "interrupted");
    dataset_free(d);
}
END_TEST

/* ---- images ---- */

START_TEST(a_written_image_reads_back) {
    for (int channels = 1; channels <= 3; channels += 2) {
        struct error e = {0};
        struct rng r = rng_stream(3, RNG_SHUFFLE, 0);
        uint8_t pixels[7 * 5 * 3];
        for (size_t i = 0; i < sizeof pixels; i++)
            pixels[i] = (uint8_t)rng_u32(&r);
        struct picture p = {.width = 7, .height = 5, .channels = channels, .pixels = pixels}, q;
        ck_assert_int_eq(picture_write(&p, test_path("p.png"), &e), 0);
        ck_assert_int_eq(picture_read(&q, test_path("p.png"), PICTURE_BLACK, &e), 0);
        ck_assert_int_eq(q.width, 7);
        ck_assert_int_eq(q.height, 5);
        ck_assert_int_eq(q.channels, channels);
        ck_assert_mem_eq(q.pixels, pixels, picture_size(&p));
        picture_free(&q);
    }
}
END_TEST

/* Uses libpng directly, since picture_write does not interlace. */
static void write_interlaced(const char *path, int width, int height, uint8_t *pixels) {
    FILE *f = fopen(path, "wb");
    png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, NULL, NULL, NULL);
    png_infop info = png_create_info_struct(png);
    uint8_t *rows[64];
    for (int y = 0; y < height; y++)
        rows[y] = pixels + y * width;
    png_init_io(png, f);
    png_set_IHDR(png, info, (unsigned)width, (unsigned)height, 8, PNG_COLOR_TYPE_GRAY,
                 PNG_INTERLACE_ADAM7, PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
    png_set_rows(png, info, rows);
    png_write_png(png, info, PNG_TRANSFORM_IDENTITY, NULL);
    png_destroy_write_struct(&png, &info);
    fclose(f);
}

START_TEST(an_interlaced_png_is_read_correctly) {
    struct error e = {0};
    uint8_t pixels[21 * 19];
    for (int i = 0; i < 21 * 19; i++)
        pixels[i] = (uint8_t)(i * 7 + i / 21);
    write_interlaced(test_path("i.png"), 21, 19, pixels);
    struct picture p;
    ck_assert_int_eq(picture_read(&p, test_path("i.png"), PICTURE_BLACK, &e), 0);
    ck_assert_mem_eq(p.pixels, pixels, sizeof pixels);
    picture_free(&p);
}
END_TEST

START_TEST(the_gamma_of_a_png_does_not_change_its_pixels) {
    struct error e = {0};
    struct text png = {0};
    fixture_png_begin(&png, 3, 1, 8, 0);
    fixture_png_chunk(&png, "gAMA", "\0\1\206\240", 4); /* 1.0 */
    fixture_png_end(&png, "\0\12\200\377", 4);
    fixture_write(test_path("g.png"), png);
    struct picture p;
    ck_assert_int_eq(picture_read(&p, test_path("g.png"), PICTURE_BLACK, &e), 0);
    ck_assert_mem_eq(p.pixels, "\12\200\377", 3);
    picture_free(&p);
}
END_TEST

/* ---- batches ---- */

static const struct scaling unit = {.stddev =
                                        1}; /* without the scaling table, which is not needed */

START_TEST(batch_gather_scales_0_to_255_to_0_to_1) {
    uint8_t pixels[256];
    int labels[2] = {1, 0}, got[2];
    real values[256], y[4];
    struct target t = {got, {y, 2, 2}, {0}};
    for (int i = 0; i < 256; i++)
        pixels[i] = (uint8_t)i;
    struct split split = {.count = 2, .pixels = pixels, .labels = labels};
    struct sample_set s = {&split, &unit, 2, NULL, NULL};
    batch_gather(&s, (const int[]){0, 1}, NULL, 2, (struct tensor){values, 2, 128}, &t);
    for (int i = 0; i < 256; i++)
        ck_assert(values[i] == (real)i / (real)255);
    ck_assert(values[0] == 0 && values[255] == 1);
}
END_TEST

START_TEST(batch_gather_copies_each_samples_soft_label_and_teacher_logits) {
    static uint8_t pixels[] = {0, 0};
    static float targets[] = {0.75f, 0.25f, 0, 1};
    static const real teacher[] = {5, 6, 7, 8};
    int labels[] = {0, 1}, got[2];
    real x[2], y[4], logits[4] = {0};
    struct split split = {
        .count = 2, .pixels = pixels, .labels = labels, .targets = targets, .teacher = teacher};
    struct sample_set s = {&split, &unit, 2, NULL, NULL};
    struct target t = {got, {y, 2, 2}, {logits, 2, 2}};
    batch_gather(&s, (const int[]){1, 0}, NULL, 2, (struct tensor){x, 2, 1}, &t);
    ck_assert_mem_eq(y, ((const real[]){0, 1, 0.75f, 0.25f}), sizeof y);
    ck_assert_mem_eq(logits, ((const real[]){7, 8, 5, 6}), sizeof logits);
    ck_assert(got[0] == 1 && got[1] == 0);
}
END_TEST

START_TEST(batch_gather_takes_rows_and_labels_in_the_given_order) {
    static uint8_t pixels[] = {0, 51, 102, 153, 204, 255};
    int labels[] = {0, 1, 2}, got[4];
    real values[8], y[12];
    struct target t = {got, {y, 4, 3}, {0}};
    struct split split = {.count = 3, .pixels = pixels, .labels = labels};
    struct sample_set s = {&split, &unit, 3, NULL, NULL};
    batch_gather(&s, (const int[]){2, 0, 0, 1}, (const int[]){1, 1, 2, 0}, 4,
                 (struct tensor){values, 4, 2}, &t);
    ck_assert_mem_eq(got, ((const int[]){2, 0, 0, 1}), sizeof got);
    ck_assert_mem_eq(y, ((const real[]){0, 0, 1, 1, 0, 0, 1, 0, 0, 0, 1, 0}), sizeof y);
    static const int want[] = {204, 255, 0, 51, 0, 51, 102, 153};
    for (int i = 0; i < 8; i++)
        ck_assert(values[i] == (real)want[i] / 255);
}
END_TEST

/* Two of the three samples are used, with the pixels 0, 255, 0, 51. These are 0, 1, 0, 0.2, with
 * mean 0.3 and variance (0.09 + 0.49 + 0.09 + 0.01) / 4 = 0.17. */
START_TEST(standardized_pixels_have_mean_0_and_stddev_1) {
    static uint8_t pixels[] = {0, 255, 77, 77, 0, 51};
    int labels[] = {0, 1, 2}, got[2], order[] = {2, 0};
    real x[4], y[6];
    struct target t = {got, {y, 2, 3}, {0}};
    double sum = 0, squares = 0;
    struct split split = {.count = 3, .pixels = pixels, .labels = labels};
    struct scaling scaling;
    struct sample_set s = {&split, &scaling, 2, order, NULL};
    ck_assert_int_eq(scaling_measure(&scaling, &split, order, s.count, 2, NULL, NULL), 0);
    ck_assert_double_eq_tol(scaling.mean, 0.3, 1e-15);
    ck_assert_double_eq_tol(scaling.stddev, sqrt(0.17), 1e-15);
    ck_assert(!scaling_is_unit(&scaling));
    batch_gather(&s, order, NULL, 2, (struct tensor){x, 2, 2}, &t);
    for (int i = 0; i < 4; i++) {
        sum += (double)x[i];
        squares += (double)x[i] * (double)x[i];
    }
    ck_assert_double_eq_tol(sum, 0, 1e-6);
    ck_assert_double_eq_tol(squares / 4, 1, 1e-6);
    ck_assert(x[1] == (real)((0.2 - scaling.mean) / scaling.stddev) && got[0] == 2);
}
END_TEST

START_TEST(equal_pixels_have_stddev_1) {
    static uint8_t pixels[] = {51, 51};
    int labels[] = {0}, order[] = {0};
    struct split split = {.count = 1, .pixels = pixels, .labels = labels};
    struct scaling scaling;
    struct sample_set s = {&split, &scaling, 1, order, NULL};
    ck_assert_int_eq(scaling_measure(&scaling, &split, order, s.count, 2, NULL, NULL), 0);
    ck_assert(scaling.mean == 0.2 && scaling.stddev == 1 && scaling.value[51] == 0);
}
END_TEST

START_TEST(the_unit_scaling_table_is_pixel_over_255) {
    struct scaling s;
    scaling_set(&s, 0, 1);
    ck_assert(scaling_is_unit(&s));
    for (int v = 0; v < 256; v++)
        ck_assert(s.value[v] == (real)v / (real)255);
}
END_TEST

/* 100 samples of 3 classes, shuffled: 60, 30 and 10 of them. */
static struct split uneven(int labels[100]) {
    struct rng r = rng_stream(4, RNG_SHUFFLE, 0);
    for (int i = 0; i < 100; i++)
        labels[i] = i < 60 ? 0 : i < 90 ? 1 : 2;
    rng_shuffle(&r, labels, 100);
    return (struct split){.count = 100, .labels = labels};
}

static void split(const struct split *s, int count, uint64_t seed, struct arena *a,
                  struct sample_set *rest, struct sample_set *validation) {
    struct error e = {0};
    ck_assert_int_eq(sample_set_split(s, &unit, 3, count, 0, seed, a, rest, validation, &e), 0);
    ck_assert_int_eq(rest->count, s->count - count);
    ck_assert_int_eq(validation->count, count);
}

START_TEST(batch_all_is_every_sample_in_file_order) {
    int labels[100];
    struct arena a = {0};
    struct split s = uneven(labels);
    struct sample_set all = sample_set_all(&s, &unit, &a);
    ck_assert_ptr_eq(all.split, &s);
    ck_assert_int_eq(all.count, 100);
    for (int i = 0; i < 100; i++)
        ck_assert_int_eq(all.order[i], i);
    arena_free(&a);
}
END_TEST

/* The quota of each class by the rule's own words, one sample after the other. Time and again, for
 * few and for many classes, some of them empty. */
START_TEST(a_split_takes_the_largest_remainders_however_many_classes_there_are) {
    enum { CLASSES = 20000, SAMPLES = 50000 };
    static int labels[SAMPLES], size[CLASSES], taken[CLASSES], quota[CLASSES];
    struct rng r = rng_stream(1, RNG_SHUFFLE, 0);
    const int classes[] = {2, 7, 40, CLASSES}, samples[] = {9, 100, 999, SAMPLES};
    for (int k = 0; k < 4; k++) {
        struct arena a = {0};
        struct sample_set rest, drawn;
        struct error e = {0};
        int n = samples[k], count = n / 7 * 2, given = 0;
        memset(size, 0, sizeof size);
        memset(taken, 0, sizeof taken);
        for (int i = 0; i < n; i++)
            size[labels[i] = (int)rng_below(&r, (uint32_t)classes[k])]++;
        struct split s = {.count = n, .labels = labels};
        ck_assert_int_eq(
            sample_set_split(&s, &unit, classes[k], count, 0, 3, &a, &rest, &drawn, &e), 0);
        ck_assert_int_eq(drawn.count, count);
        for (int i = 0; i < count; i++)
            taken[labels[drawn.order[i]]]++;
        for (int c = 0; c < classes[k]; c++)
            given += quota[c] = (int)((long long)count * size[c] / n);
        for (; given < count && k < 3; given++) {
            int best = 0;
            for (int c = 1; c < classes[k]; c++)
                if ((long long)count * size[c] - (long long)quota[c] * n >
                    (long long)count * size[best] - (long long)quota[best] * n)
                    best = c;
            quota[best]++;
        }
        for (int c = 0; c < classes[k]; c++)
            ck_assert_msg(taken[c] == quota[c] || (k == 3 && taken[c] == quota[c] + 1),
                          "class %d of %d: %d, not %d", c, classes[k], taken[c], quota[c]);
        arena_free(&a);
    }
}
END_TEST

START_TEST(batch_split_is_stratified) {
    /* 17 of 100: 10.2, 5.1 and 1.7 per class, and the last has the largest remainder. */
    static const int cases[][4] = {{20, 12, 6, 2}, {17, 10, 5, 2}, {1, 1, 0, 0}, {99, 59, 30, 10}};
    int labels[100];
    struct arena a = {0};
    struct sample_set rest, validation;
    struct split s = uneven(labels);
    for (int i = 0; i < 4; i++) {
        int have[3] = {0};
        split(&s, cases[i][0], 1, &a, &rest, &validation);
        for (int k = 0; k < validation.count; k++)
            have[labels[validation.order[k]]]++;
        ck_assert_mem_eq(have, cases[i] + 1, sizeof have);
    }
    arena_free(&a);
}
END_TEST

START_TEST(batch_split_puts_each_sample_on_one_side_in_file_order) {
    int labels[100], times[100] = {0};
    struct arena a = {0};
    struct sample_set sides[2];
    struct split s = uneven(labels);
    split(&s, 30, 1, &a, &sides[0], &sides[1]);
    for (int side = 0; side < 2; side++)
        for (int k = 0; k < sides[side].count; k++) {
            times[sides[side].order[k]]++;
            ck_assert(k == 0 || sides[side].order[k] > sides[side].order[k - 1]);
        }
    for (int i = 0; i < 100; i++)
        ck_assert_int_eq(times[i], 1);
    arena_free(&a);
}
END_TEST

START_TEST(batch_split_depends_only_on_the_seed) {
    int labels[100];
    struct arena a = {0};
    struct sample_set rest, first, again, other;
    struct split s = uneven(labels);
    split(&s, 30, 1, &a, &rest, &first);
    split(&s, 30, 1, &a, &rest, &again);
    split(&s, 30, 2, &a, &rest, &other);
    ck_assert_mem_eq(first.order, again.order, 30 * sizeof(int));
    ck_assert_mem_ne(first.order, other.order, 30 * sizeof(int));
    arena_free(&a);
}
END_TEST

START_TEST(batch_split_of_zero_samples_leaves_them_all) {
    int labels[100];
    struct arena a = {0};
    struct sample_set rest, validation;
    struct split s = uneven(labels);
    split(&s, 0, 1, &a, &rest, &validation);
    ck_assert_int_eq(rest.order[99], 99);
    arena_free(&a);
}
END_TEST

/* Draws the 30 validation samples of `uneven`, and `limit` of the rest. */
static void limited(const struct split *s, int limit, uint64_t seed, struct arena *a,
                    struct sample_set *train, struct sample_set *validation) {
    struct error e = {0};
    ck_assert_int_eq(sample_set_split(s, &unit, 3, 30, limit, seed, a, train, validation, &e), 0);
    ck_assert_int_eq(train->count, limit ? limit : 70);
}

START_TEST(a_limit_is_drawn_evenly_from_the_samples_not_used_for_validation) {
    int labels[100], times[100] = {0}, have[3] = {0};
    struct arena a = {0};
    struct sample_set all, train, validation, same;
    struct split s = uneven(labels);
    limited(&s, 0, 1, &a, &all, &validation);
    limited(&s, 20, 1, &a, &train, &same);
    ck_assert_int_eq(same.count, validation.count);
    ck_assert_mem_eq(same.order, validation.order, 30 * sizeof(int));
    for (int i = 0; i < 70; i++)
        times[all.order[i]]++;
    for (int i = 0; i < 20; i++) {
        ck_assert_int_eq(times[train.order[i]]++, 1);
        ck_assert(i == 0 || train.order[i] > train.order[i - 1]);
        have[labels[train.order[i]]]++;
    }
    ck_assert_mem_eq(have, ((const int[]){12, 6, 2}), sizeof have);
    arena_free(&a);
}
END_TEST

START_TEST(a_limit_depends_on_the_seed_and_grows_to_all) {
    int labels[100];
    struct arena a = {0};
    struct sample_set first, again, other, all, whole, validation;
    struct split s = uneven(labels);
    limited(&s, 20, 1, &a, &first, &validation);
    limited(&s, 20, 1, &a, &again, &validation);
    limited(&s, 20, 2, &a, &other, &validation);
    ck_assert_mem_eq(first.order, again.order, 20 * sizeof(int));
    ck_assert_mem_ne(first.order, other.order, 20 * sizeof(int));
    limited(&s, 0, 1, &a, &all, &validation);
    limited(&s, 70, 1, &a, &whole, &validation);
    ck_assert_mem_eq(all.order, whole.order, 70 * sizeof(int));
    arena_free(&a);
}
END_TEST

/* ---- preprocessing other people's images ---- */

/* Makes an image whose pixel (x, y), channel c is value(x, y, c). */
static struct picture painted(int width, int height, int channels,
                              int (*value)(int x, int y, int c)) {
    struct picture p = {.width = width, .height = height, .channels = channels};
    p.pixels = malloc(picture_size(&p));
    for (int i = 0; i < (int)picture_size(&p); i++)
        p.pixels[i] = (uint8_t)value(i / channels % width, i / channels / width, i % channels);
    return p;
}

static void fit(struct picture *p, int channels) {
    struct error e = {0};
    ck_assert_int_eq(preprocess_resize(p, 28, 28, channels, &e), 0);
    ck_assert_int_eq(p->width, 28);
    ck_assert_int_eq(p->height, 28);
    ck_assert_int_eq(p->channels, channels);
}

static int noise(int x, int y, int c) {
    return (x * 37 + y * 101 + c * 17) & 0xff;
}

static int blocks(int x, int y, int c) {
    return noise(x / 2, y / 2, c);
}

START_TEST(preprocessing_leaves_an_image_of_the_right_size_unchanged) {
    for (int channels = 1; channels <= 3; channels += 2) {
        struct picture p = painted(28, 28, channels, noise), q = painted(28, 28, channels, noise);
        fit(&p, channels);
        ck_assert_mem_eq(p.pixels, q.pixels, picture_size(&q));
        picture_free(&p);
        picture_free(&q);
    }
}
END_TEST

START_TEST(preprocessing_scales_2_by_2_blocks_to_their_pixels_exactly) {
    struct picture p = painted(56, 56, 1, blocks), q = painted(28, 28, 1, noise);
    fit(&p, 1);
    ck_assert_mem_eq(p.pixels, q.pixels, 28 * 28);
    picture_free(&p);
    picture_free(&q);
}
END_TEST

START_TEST(preprocessing_averages_over_each_new_pixels_area) {
    static const uint8_t columns[] = {0, 30, 90};
    struct error e = {0};
    struct picture p = {.width = 3, .height = 1, .channels = 1, .pixels = malloc(3)};
    memcpy(p.pixels, columns, 3);
    /* each covers 1.5 columns: (0 + 30 / 2) / 1.5 and (30 / 2 + 90) / 1.5 */
    ck_assert_int_eq(preprocess_resize(&p, 2, 1, 1, &e), 0);
    ck_assert_mem_eq(p.pixels, ((const uint8_t[]){10, 70}), 2);
    picture_free(&p);
}
END_TEST

static int framed(int x, int y, int c) {
    (void)c;
    return x == 0 || x == 55 || y == 0 || y == 13 ? 40 : 200;
}

START_TEST(preprocessing_centres_a_wide_image_on_its_border_colour) {
    struct picture p = painted(56, 14, 1, framed);
    fit(&p, 1); /* 28 x 7 in the middle of 28 x 28, with 10.5 rows above and below */
    for (int y = 0; y < 10; y++)
        for (int x = 0; x < 28; x++) {
            ck_assert_int_eq(p.pixels[y * 28 + x], 40);
            ck_assert_int_eq(p.pixels[(27 - y) * 28 + x], 40);
        }
    for (int y = 12; y < 16; y++)
        for (int x = 1; x < 27; x++)
            ck_assert_int_eq(p.pixels[y * 28 + x], 200);
    picture_free(&p);
}
END_TEST

static int primaries(int x, int y, int c) {
    (void)y;
    return x == 3 || x == c ? 255 : 0; /* red, green, blue, white */
}

START_TEST(preprocessing_turns_colour_into_grey_by_its_luma) {
    struct error e = {0};
    struct picture p = painted(4, 4, 3, primaries);
    ck_assert_int_eq(preprocess_resize(&p, 4, 4, 1, &e), 0);
    ck_assert_mem_eq(p.pixels, ((const uint8_t[]){76, 150, 29, 255}), 4);
    picture_free(&p);
}
END_TEST

START_TEST(preprocessing_repeats_grey_in_each_channel) {
    struct picture p = painted(28, 28, 1, noise);
    fit(&p, 3);
    for (int i = 0; i < 28 * 28 * 3; i++)
        ck_assert_int_eq(p.pixels[i], noise(i / 3 % 28, i / 3 / 28, 0));
    picture_free(&p);
}
END_TEST

START_TEST(preprocess_invert_swaps_dark_and_light) {
    uint8_t pixels[] = {0, 1, 127, 255};
    struct picture p = {.width = 2, .height = 2, .channels = 1, .pixels = pixels};
    preprocess_invert(&p);
    ck_assert_mem_eq(pixels, ((const uint8_t[]){255, 254, 128, 0}), 4);
}
END_TEST

START_TEST(preprocess_mean_is_0_for_black_and_1_for_white) {
    uint8_t pixels[] = {0, 0, 255, 255};
    struct picture black = {.width = 2, .height = 1, .channels = 1, .pixels = pixels};
    struct picture white = black, whole = black;
    white.pixels += 2;
    whole.width = 4;
    ck_assert(preprocess_mean(&black) == 0);
    ck_assert(preprocess_mean(&white) == 1);
    ck_assert(preprocess_mean(&whole) == 0.5);
}
END_TEST

Suite *test_data(void);

Suite *test_data(void) {
    return TEST_SUITE(
        "data", mnist_image_sheets_decode_to_the_original_idx_bytes,
        every_format_gives_the_same_samples_and_digest,
        the_digest_distinguishes_pixels_labels_and_shapes,
        either_split_may_be_missing_in_every_format, hidden_files_are_ignored,
        a_raw_idx_file_wins_over_its_gzipped_copy, idx_files_are_found_under_all_their_usual_names,
        idx_labels_1_to_26_become_classes_with_these_names,
        numeric_class_names_are_sorted_as_numbers, equal_numbers_as_class_names_are_sorted_by_bytes,
        mixed_class_names_are_sorted_by_bytes, images_of_a_class_are_read_in_order_of_name,
        the_test_folder_need_not_have_every_class,
        image_sheets_are_read_row_by_row_and_the_last_may_end_early,
        the_first_bad_image_sheet_is_reported_whatever_the_number_of_threads,
        a_labels_file_may_end_without_a_line_break, rgb_images_survive_pack, pack_keeps_the_order,
        targets_survive_pack_bit_for_bit,
        the_label_of_a_soft_label_is_the_first_most_probable_class,
        the_digest_distinguishes_targets,
        pack_writes_image_sheets_of_1400_pixels_per_side_in_order_of_name,
        pack_refuses_a_folder_with_files_and_leaves_it_alone,
        a_pack_that_fails_midway_leaves_nothing,
        the_folder_of_a_pack_that_was_killed_is_refused_with_the_reason, a_written_image_reads_back,
        an_interlaced_png_is_read_correctly, the_gamma_of_a_png_does_not_change_its_pixels,
        batch_gather_scales_0_to_255_to_0_to_1,
        batch_gather_takes_rows_and_labels_in_the_given_order,
        batch_gather_copies_each_samples_soft_label_and_teacher_logits,
        standardized_pixels_have_mean_0_and_stddev_1, equal_pixels_have_stddev_1,
        the_unit_scaling_table_is_pixel_over_255, batch_all_is_every_sample_in_file_order,
        batch_split_is_stratified,
        a_split_takes_the_largest_remainders_however_many_classes_there_are,
        batch_split_puts_each_sample_on_one_side_in_file_order,
        batch_split_depends_only_on_the_seed, batch_split_of_zero_samples_leaves_them_all,
        a_limit_is_drawn_evenly_from_the_samples_not_used_for_validation,
        a_limit_depends_on_the_seed_and_grows_to_all,
        preprocessing_leaves_an_image_of_the_right_size_unchanged,
        preprocessing_scales_2_by_2_blocks_to_their_pixels_exactly,
        preprocessing_averages_over_each_new_pixels_area,
        preprocessing_centres_a_wide_image_on_its_border_colour,
        preprocessing_turns_colour_into_grey_by_its_luma,
        preprocessing_repeats_grey_in_each_channel, preprocess_invert_swaps_dark_and_light,
        preprocess_mean_is_0_for_black_and_1_for_white);
}
