/* Images as people have them: folders with all layouts, sizes and channels, IDX under all its
 * names, and the notes and refusals. */
#include "base/file.h"
#include "base/thread_pool.h"
#include "data/formats.h"
#include "data/pictures/image_sheet.h"
#include "fixtures.h"
#include "messages.h"
#include "picture/picture.h"
#include "test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---- helpers ---- */

/* Writes an image, and creates its folders. */
static void write_picture(const char *path, int width, int height, int channels,
                          const uint8_t *pixels) {
    struct error e = {0};
    struct picture p = {.width = width, .height = height, .channels = channels};
    p.pixels = (uint8_t *)pixels;
    const char *folder = fixture_text("%.*s", (int)(strrchr(path, '/') - path), path);
    ck_assert_int_eq(file_make_directory(folder, &e), 0);
    ck_assert_int_eq(picture_write(&p, path, &e), 0);
}

/* A grey image of one pixel. */
static void write_dot(const char *path, uint8_t value) {
    write_picture(path, 1, 1, 1, &value);
}

/* A grey JPEG of one pixel: one block, each of whose two Huffman codes is the bit 0. */
static void write_jpeg(const char *path) {
    static const char rest[] = "\xff\xc0\0\x0b\x08\0\1\0\1\1\1\x11\0"
                               "\xff\xc4\0\x14\0\1\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
                               "\xff\xc4\0\x14\x10\1\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
                               "\xff\xda\0\x08\1\1\0\0\x3f\0\x3f\xff\xd9";
    struct text t = {0};
    text_add(&t, "\xff\xd8\xff\xdb\0\x43\0", 7);
    for (int i = 0; i < 64; i++)
        text_add(&t, "\1", 1); /* the quantizers */
    text_add(&t, rest, sizeof rest - 1);
    fixture_write(path, t);
}

static void write_text(const char *path, const char *text) {
    test_write(path, text, strlen(text));
}

static struct dataset *read_as(const struct data_options *from) {
    struct error e = {0};
    struct dataset *d = formats_read(from, NULL, &e);
    ck_assert_msg(d != NULL, "%s", e.text);
    return d;
}

/* The options for this path with "size": the numbers up to the first 0. */
static struct data_options sized(const char *path, double height, double width) {
    static double size[2];
    struct data_options from = *DATA_AT(path);
    size[0] = height;
    size[1] = width;
    from.size = (struct number_list){-1, width > 0 ? 2 : 1, size};
    return from;
}

static void refused(const struct data_options *from, const char *names) {
    struct error e = {0};
    ck_assert_ptr_null(formats_read(from, NULL, &e));
    test_refused(&e, names);
}

/* Compares the notes with the next text of messages.txt. */
static void notes(const struct dataset *d) {
    struct text t = {0};
    for (int i = 0; i < d->notes.count; i++)
        text_printf(&t, "%s\n", d->notes.items[i]);
    test_message(t.data ? t.data : "");
    text_free(&t);
}

static void pixels_are(const struct dataset *d, int split, const uint8_t *want, size_t size) {
    ck_assert_uint_eq((size_t)d->split[split].count * (size_t)dataset_features(d), size);
    ck_assert_mem_eq(d->split[split].pixels, want, size);
}
#define PIXELS_ARE(d, split, ...)                                                                  \
    pixels_are(d, split, (const uint8_t[]){__VA_ARGS__}, sizeof((const uint8_t[]){__VA_ARGS__}))

/* ---- sizes and channels ---- */

/* Class a has an image of 4 x 2 pixels, made of 2 x 2 blocks; class b has one row of two pixels. */
static void write_two_sizes(void) {
    write_picture(test_path("a/x.png"), 4, 2, 1, (const uint8_t[]){0, 0, 99, 99, 0, 2, 99, 99});
    write_picture(test_path("b/x.png"), 2, 1, 1, (const uint8_t[]){7, 9});
    write_picture(test_path("b/y.png"), 2, 1, 1, (const uint8_t[]){1, 2});
}

START_TEST(images_of_any_size_are_scaled_to_data_size) {
    write_two_sizes();
    struct data_options from = sized(test_dir, 1, 2);
    from.test_fraction = 0;
    struct dataset *d = read_as(&from);
    PIXELS_ARE(d, TRAIN, 1, 99, 7, 9, 1, 2); /* 0.5 rounds up */
    ck_assert(d->height == 1 && d->width == 2 && d->channels == 1);
    notes(d);
    dataset_free(d);
    struct data_options square = sized(test_dir, 2, 0);
    d = read_as(&square); /* one number: height and width */
    ck_assert(d->height == 2 && d->width == 2);
    dataset_free(d);
}
END_TEST

START_TEST(images_with_another_aspect_ratio_get_bars_which_are_counted) {
    write_picture(test_path("a/x.png"), 4, 4, 1, (const uint8_t[16]){0});
    write_picture(test_path("b/x.png"), 5, 4, 1, (const uint8_t[20]){0}); /* too little for a bar */
    write_picture(test_path("b/y.png"), 1, 4, 1, (const uint8_t[4]){9, 9, 9, 9});
    struct data_options from = sized(test_dir, 4, 4);
    from.test_fraction = 0;
    struct dataset *d = read_as(&from);
    ck_assert_str_eq(d->notes.items[1],
                     "1 image of other proportions, with bars in the mean colour of their border");
    dataset_free(d);
}
END_TEST

START_TEST(images_become_grey_or_rgb_according_to_data_channels) {
    write_picture(test_path("a/x.png"), 1, 1, 3, (const uint8_t[]){255, 0, 0});
    write_dot(test_path("b/x.png"), 5);
    struct data_options from = *DATA_AT(test_dir);
    from.test_fraction = 0;
    from.channels = 1;
    struct dataset *d = read_as(&from);
    PIXELS_ARE(d, TRAIN, 76, 5); /* 0.299 x 255 */
    notes(d);
    dataset_free(d);
    from.channels = 3;
    d = read_as(&from);
    PIXELS_ARE(d, TRAIN, 255, 0, 0, 5, 5, 5);
    notes(d);
    dataset_free(d);
}
END_TEST

START_TEST(transposing_an_image_swaps_its_rows_and_columns) {
    write_picture(test_path("a/x.png"), 2, 3, 1, (const uint8_t[]){1, 2, 3, 4, 5, 6});
    write_picture(test_path("b/x.png"), 2, 3, 1, (const uint8_t[]){1, 1, 1, 1, 1, 1});
    struct data_options from = *DATA_AT(test_dir);
    from.test_fraction = 0;
    from.transpose = true;
    struct dataset *d = read_as(&from);
    PIXELS_ARE(d, TRAIN, 1, 3, 5, 2, 4, 6, 1, 1, 1, 1, 1, 1);
    ck_assert(d->height == 2 && d->width == 3);
    notes(d);
    dataset_free(d);
}
END_TEST

START_TEST(transparent_pixels_are_drawn_on_data_background) {
    struct text png = {0};
    fixture_png_begin(&png, 1, 1, 8, 4); /* grey and alpha */
    fixture_png_end(&png, "\0\0\0", 3);
    write_dot(test_path("b/x.png"), 5);
    ck_assert_int_eq(file_make_directory(test_path("a"), &(struct error){0}), 0);
    fixture_write(test_path("a/x.png"), png);
    struct data_options from = *DATA_AT(test_dir);
    from.test_fraction = 0;
    from.background.word = BACKGROUND_WHITE;
    struct dataset *d = read_as(&from);
    PIXELS_ARE(d, TRAIN, 255, 5);
    notes(d);
    dataset_free(d);
}
END_TEST

START_TEST(images_that_differ_are_counted_and_the_option_is_proposed) {
    static const uint8_t pixels[200 * 3];
    struct data_options from = *DATA_AT(test_dir);
    write_two_sizes();
    refused(&from, "has 4 x 2"); /* sizes only */
    write_picture(test_path("b/z.png"), 1, 1, 3, pixels);
    refused(&from, "data.size=[1,2] and data.channels=1");
    struct dataset model = {
        .classes = {2, (const char *[]){"a", "b"}}, .height = 8, .width = 9, .channels = 1};
    from.expected = &model;
    refused(&from, "train with data.size=[8,9] and data.channels=1");
    from.expected = NULL;
    from.channels = 1;
    refused(&from, "3 sizes");
    from = sized(test_dir, 1, 2);
    refused(&from, "b/z.png");
    for (int i = 0; i < 4; i++)
        write_picture(test_path("b/%d.png", i), 200, 1, 3, pixels);
    from = *DATA_AT(test_dir);
    refused(&from, "data.size=[64,64] and data.channels=3"); /* 200 x 1 would be large */
    write_picture(test_path("b/0.png"), 3, 3, 3, pixels);
    refused(&from, "data.size=[64,64]"); /* no size is shared by half of the files */
}
END_TEST

START_TEST(the_formats_and_sizes_of_a_converted_folder_are_counted_in_one_line) {
    write_two_sizes();
    struct data_options from = sized(test_dir, 1, 2);
    from.test_fraction = 0;
    from.channels = 3;
    struct dataset *d = read_as(&from);
    ck_assert_str_eq(d->notes.items[0], "3 images: 3 PNG, 2 sizes, scaled to 2 x 1 in colour");
    dataset_free(d);
    write_jpeg(test_path("a/one.jpg"));
    from.channels = 1;
    d = read_as(&from);
    ck_assert_str_eq(d->notes.items[0],
                     "4 images: 1 JPEG and 3 PNG, 3 sizes, scaled to 2 x 1 in grey");
    dataset_free(d);
}
END_TEST

START_TEST(samples_that_exceed_the_memory_in_total_are_refused_before_decoding) {
    write_dot(test_path("a/0.png"), 1);
    write_dot(test_path("b/0.png"), 1);
    for (int i = 1; i < 1199; i++)
        write_text(test_path("b/%d.png", i), "damaged");
    struct data_options from = sized(test_dir, 16384, 0);
    from.channels = 3;
    refused(&from, "1200 samples of 805306368 values take 966 GB");
}
END_TEST

START_TEST(threads_do_not_change_a_dataset) {
    struct error e = {0};
    struct dataset *d = fixture_dataset(9, 7, 3, 3, (const int[]){60, 20});
    fixture_write_folders(d, test_path("f"));
    dataset_free(d);
    struct thread_pool *pool = thread_pool_new(3, &e);
    struct data_options from = sized(test_path("f"), 4, 5);
    struct dataset *one = read_as(&from), *many = formats_read(&from, pool, &e);
    ck_assert_str_eq(one->digest, many->digest);
    dataset_free(one);
    dataset_free(many);
    thread_pool_free(pool);
}
END_TEST

START_TEST(idx_and_sheets_are_converted_like_folders) {
    struct error e = {0};
    struct dataset *d = fixture_dataset(6, 4, 1, 3, (const int[]){70, 5});
    const char *paths[] = {test_path("idx"), test_path("sheets"), test_path("folders")};
    fixture_directory(paths[0]);
    fixture_write_idx(d, paths[0], ".gz");
    ck_assert_int_eq(image_sheet_write(d, paths[1], &e), 0);
    fixture_write_folders(d, paths[2]);
    struct dataset *got[3];
    for (int i = 0; i < 3; i++) {
        struct data_options from = sized(paths[i], 5, 3);
        from.channels = 3;
        from.transpose = true;
        got[i] = read_as(&from);
        notes(got[i]);
        ck_assert_str_eq(got[i]->digest, got[0]->digest);
        ck_assert(got[i]->height == 5 && got[i]->width == 3 && got[i]->channels == 3);
    }
    for (int i = 0; i < 3; i++)
        dataset_free(got[i]);
    dataset_free(d);
}
END_TEST

/* ---- layouts ---- */

/* Writes NAME/0/0.png .. and NAME/1/..: `zeros` and `ones` dots of different values. */
static void write_classes(const char *name, int zeros, int ones) {
    for (int i = 0; i < zeros + ones; i++)
        write_dot(test_path("%s/%d/%02d.png", name, i >= zeros, i), (uint8_t)i);
}

static void counts_are(const struct dataset *d, int train, int test, int validation) {
    ck_assert_int_eq(d->split[TRAIN].count, train);
    ck_assert_int_eq(d->split[TEST].count, test);
    ck_assert_int_eq(d->split[VALIDATION].count, validation);
}

START_TEST(split_folders_are_found_under_all_their_names) {
    static const char *const names[][3] = {{"train", "test", "val"},
                                           {"Training", "TESTING", "valid"},
                                           {"TRAIN", "Test", "Validation"},
                                           {"training_set", "TestSet", "val_data"},
                                           {"seg_train", "seg_test", "validation_images"}};
    for (int i = 0; i < 5; i++) {
        write_classes(fixture_text("%d/%s", i, names[i][0]), 3, 2);
        write_classes(fixture_text("%d/%s", i, names[i][1]), 1, 1);
        write_classes(fixture_text("%d/%s", i, names[i][2]), 2, 2);
        struct dataset *d = fixture_read(test_path("%d", i));
        counts_are(d, 5, 2, 4);
        PIXELS_ARE(d, VALIDATION, 0, 1, 2, 3);
        ck_assert_str_eq(d->notes.items[0], "images in the validation set: 4");
        dataset_free(d);
    }
}
END_TEST

START_TEST(two_folders_for_one_split_are_refused) {
    write_classes("val", 1, 1);
    write_classes("valid", 1, 1);
    refused(DATA_AT(test_dir), "valid: are both for validation");
}
END_TEST

START_TEST(classes_without_test_samples_are_noted) {
    write_classes("train", 2, 2);
    write_classes("test", 1, 0);
    struct data_options from = *DATA_AT(test_dir);
    from.test_fraction = 0.3;
    struct dataset *d = read_as(&from);
    notes(d);
    dataset_free(d);
}
END_TEST

START_TEST(options_without_a_meaning_for_the_data_are_refused) {
    write_classes("photos", 2, 2);
    write_text(test_path("t.csv"), "x,label\n1,a\n2,b\n");
    struct data_options from = *DATA_AT(test_path("photos"));
    from.missing = MISSING_DROP;
    refused(&from, "a dataset of images: data.missing");
    from = *DATA_AT(test_path("photos"));
    from.label = "breed";
    refused(&from, "no labels.csv: data.label");
    from = *DATA_AT(test_path("t.csv"));
    from.channels = 1;
    refused(&from, "a table: data.channels");
    from = *DATA_AT("toy:moons");
    from.background.word = BACKGROUND_WHITE;
    refused(&from, "a synthetic dataset: data.background");
}
END_TEST

START_TEST(with_a_validation_set_no_test_set_is_drawn) {
    write_classes("train", 10, 10);
    write_classes("val", 1, 1);
    struct dataset *d = fixture_read(test_dir);
    counts_are(d, 20, 0, 2);
    test_names(d->notes.items[1], "no test set");
    dataset_free(d);
}
END_TEST

START_TEST(data_test_share_draws_a_test_set_by_class) {
    write_classes("photos", 15, 10);
    write_classes("alone/train", 15, 10);
    struct dataset *bare = fixture_read(test_path("photos")),
                   *alone = fixture_read(test_path("alone"));
    ck_assert_str_eq(bare->digest, alone->digest);
    counts_are(bare, 20, 5, 0);
    ck_assert_mem_eq(bare->split[TEST].labels, ((const int[]){0, 0, 0, 1, 1}), 5 * sizeof(int));
    notes(bare);
    bool seen[25] = {0};
    for (int k = 0; k <= TEST; k++)
        for (int i = 0; i < bare->split[k].count; i++)
            seen[bare->split[k].pixels[i]] = true;
    for (int i = 0; i < 25; i++)
        ck_assert_msg(seen[i], "picture %d is in neither set", i);
    dataset_free(bare);
    dataset_free(alone);
    struct data_options from = *DATA_AT(test_path("photos"));
    from.test_fraction = 0;
    bare = read_as(&from);
    counts_are(bare, 25, 0, 0);
    ck_assert_int_eq(bare->notes.count, 0);
    dataset_free(bare);
}
END_TEST

START_TEST(the_only_image_of_a_class_stays_in_the_training_set) {
    write_classes(".", 1, 1);
    struct data_options from = *DATA_AT(test_dir);
    from.test_fraction = 0.9;
    struct dataset *d = read_as(&from);
    counts_are(d, 2, 0, 0);
    dataset_free(d);
}
END_TEST

START_TEST(a_class_may_be_named_train) {
    write_dot(test_path("bus/x.png"), 1);
    write_dot(test_path("train/x.png"), 2);
    struct dataset *d = fixture_read(test_dir);
    ck_assert_int_eq(d->classes.count, 2);
    ck_assert_str_eq(d->classes.items[1], "train");
    dataset_free(d);
}
END_TEST

START_TEST(links_to_images_and_folders_are_followed) {
    write_classes("real", 2, 2);
    fixture_directory(test_path("data"));
    ck_assert_int_eq(symlink("../real/0", test_path("data/0")), 0);
    fixture_directory(test_path("data/1"));
    ck_assert_int_eq(symlink("../../real/1/03.png", test_path("data/1/x.png")), 0);
    struct data_options from = *DATA_AT(test_path("data"));
    from.test_fraction = 0;
    struct dataset *d = read_as(&from);
    PIXELS_ARE(d, TRAIN, 0, 1, 3);
    dataset_free(d);
}
END_TEST

START_TEST(files_that_are_not_images_are_skipped_with_a_note_and_empty_classes_are_left_out) {
    static const char *const files[] = {"README",        "LICENSE",       "0/Thumbs.db",
                                        "0/desktop.ini", "1/.DS_Store",   "1/notes.TXT",
                                        "0/a.md",        "1/Readme.first"};
    write_classes(".", 2, 2);
    for (int i = 0; i < 8; i++)
        write_text(test_path("%s", files[i]), "x");
    fixture_directory(test_path("no\033thing"));
    struct data_options from = *DATA_AT(test_dir);
    from.test_fraction = 0;
    struct dataset *d = read_as(&from);
    counts_are(d, 4, 0, 0);
    ck_assert_int_eq(d->classes.count, 2);
    notes(d);
    dataset_free(d);
}
END_TEST

START_TEST(folders_next_to_the_splits_are_noted) {
    write_classes("train", 2, 2);
    write_classes("test", 1, 1);
    write_dot(test_path("extra/more/x.png"), 1);
    struct dataset *d = fixture_read(test_dir);
    notes(d);
    dataset_free(d);
}
END_TEST

START_TEST(a_folder_next_to_the_splits_is_noted) {
    write_classes("train", 2, 2);
    write_classes("eval", 1, 1);
    struct dataset *d = read_as(DATA_AT(test_dir));
    ck_assert_str_eq(d->notes.items[1], "folders not used: eval");
    dataset_free(d);
}
END_TEST

START_TEST(folders_around_datasets_are_refused_with_the_path_to_set) {
    write_classes("zip/zip", 2, 2);
    refused(DATA_AT(test_path("zip")), "zip/zip");
    write_classes("two/trn", 2, 2);
    write_classes("two/tst", 1, 1);
    refused(DATA_AT(test_path("two")), "but contains 2;");
}
END_TEST

START_TEST(a_class_spelled_differently_in_the_test_set_is_refused_with_the_other_spelling) {
    write_dot(test_path("train/cat/x.png"), 1);
    write_dot(test_path("train/dog/x.png"), 1);
    write_dot(test_path("test/Cat/x.png"), 1);
    refused(DATA_AT(test_dir), "did you mean \"cat\"?");
}
END_TEST

START_TEST(unusable_files_are_counted_and_five_of_them_are_named) {
    write_classes(".", 2, 2);
    write_text(test_path("0/x.webp"), "RIFF....WEBPVP8 ");
    write_text(test_path("0/y.gif"), "GIF89a");
    for (int i = 0; i < 4; i++)
        write_text(test_path("1/bad%d.png", i), "");
    fixture_directory(test_path("1/more"));
    refused(DATA_AT(test_dir), "7 of its 11 files");
}
END_TEST

START_TEST(images_may_have_any_extension_or_none) {
    write_classes(".", 2, 2);
    write_jpeg(test_path("0/x.jfif"));
    write_jpeg(test_path("1/x.JPE"));
    write_dot(test_path("1/0001"), 1);
    write_dot(test_path("1/x.dat"), 1);
    struct data_options from = *DATA_AT(test_dir);
    from.test_fraction = 0;
    struct dataset *d = read_as(&from);
    counts_are(d, 8, 0, 0);
    dataset_free(d);
}
END_TEST

START_TEST(a_single_unusable_file_is_refused_with_its_own_reason) {
    write_classes(".", 2, 2);
    write_text(test_path("0/x.webp"), "RIFF....WEBPVP8 ");
    refused(DATA_AT(test_dir), "/0/x.webp");
    ck_assert_int_eq(remove(test_path("0/x.webp")), 0);
    write_dot(test_path("0/deeper/x.png"), 1);
    refused(DATA_AT(test_dir), "/0/deeper");
}
END_TEST

START_TEST(files_where_class_folders_should_be_are_counted) {
    write_classes(".", 2, 2);
    for (int i = 0; i < 7; i++)
        write_dot(test_path("%d.png", i), 1);
    refused(DATA_AT(test_dir), "7 files");
}
END_TEST

START_TEST(a_single_class_is_refused_in_every_format) {
    write_dot(test_path("folders/setosa/x.png"), 1);
    refused(DATA_AT(test_path("folders")), "\"setosa\"");
    write_text(test_path("t.csv"), "x,label\n1,setosa\n2,setosa\n");
    refused(DATA_AT(test_path("t.csv")), "\"setosa\"");
    struct dataset *d = fixture_dataset(2, 2, 1, 1, (const int[]){3, 2});
    fixture_directory(test_path("idx"));
    fixture_write_idx(d, test_path("idx"), "");
    dataset_free(d);
    refused(DATA_AT(test_path("idx")), "\"0\"");
}
END_TEST

/* ---- labels.csv ---- */

/* Writes a.png to d.png, whose pixels are 1 to 4, and labels.csv. */
static void write_labelled(const char *table) {
    for (int i = 0; i < 4; i++)
        write_dot(test_path("flat/%c.png", 'a' + i), (uint8_t)(i + 1));
    write_text(test_path("flat/labels.csv"), table);
}

START_TEST(labels_csv_gives_the_same_dataset_as_class_folders) {
    static const char *const tables[] = {
        "filename,label\na.png,yes\nb.png,no\nc.png,no\nd.png,yes\n",
        "d.png,yes\nb.png,no\na.png,yes\nc.png,no",
        "Label,FileName\nyes,a.png\nno,b.png\nno,c.png\nyes,d.png\n",
        "image_id,category\na,yes\nb,no\nc,no\nd.png,yes\n", "a,yes\nb,no\nc,no\nd,yes\n"};
    write_dot(test_path("folders/no/b.png"), 2);
    write_dot(test_path("folders/no/c.png"), 3);
    write_dot(test_path("folders/yes/a.png"), 1);
    write_dot(test_path("folders/yes/d.png"), 4);
    struct data_options from = *DATA_AT(test_path("folders"));
    from.test_fraction = 0;
    struct dataset *want = read_as(&from);
    PIXELS_ARE(want, TRAIN, 2, 3, 1, 4);
    for (int i = 0; i < 5; i++) {
        write_labelled(tables[i]);
        from.path = test_path("flat");
        struct dataset *d = read_as(&from);
        ck_assert_str_eq(d->digest, want->digest);
        ck_assert_int_eq(d->notes.count, 0);
        dataset_free(d);
    }
    dataset_free(want);
}
END_TEST

START_TEST(data_label_names_the_label_column_of_labels_csv) {
    write_labelled("filename,label,breed\na.png,x,yes\nb.png,x,no\nc.png,x,no\nd.png,x,yes\n");
    struct data_options from = *DATA_AT(test_path("flat"));
    from.label = "breed";
    struct dataset *d = read_as(&from);
    ck_assert_str_eq(d->classes.items[1], "yes");
    dataset_free(d);
}
END_TEST

START_TEST(labels_csv_finds_files_in_folders_and_sets_their_split) {
    static const char *const names[][2] = {{"img/a.png", "img/b.png"}, {"a.png", "b.png"}};
    write_dot(test_path("in/img/a.png"), 1);
    write_dot(test_path("in/img/b.png"), 2);
    for (int i = 0; i < 2; i++) {
        write_dot(test_path("in/img/c.png"), 3);
        write_text(test_path("in/labels.csv"),
                   fixture_text("file,year,label,split\n%s,1,x,train\n%s,1,y,Train\n"
                                "img/c.png,2,x,test\n",
                                names[i][0], names[i][1]));
        struct dataset *d = fixture_read(test_path("in"));
        PIXELS_ARE(d, TRAIN, 1, 2);
        PIXELS_ARE(d, TEST, 3);
        notes(d);
        dataset_free(d);
    }
}
END_TEST

START_TEST(labels_csv_lists_images_in_and_next_to_split_folders) {
    static const char rows[] = "file,label\na.png,x\nb.png,y\n";
    for (int i = 0; i < 3; i++) {
        const char *in = test_path("%d", i);
        write_dot(fixture_text("%s/train/a.png", in), 1);
        write_dot(fixture_text("%s/train/b.png", in), 2);
        write_dot(fixture_text("%s/test/%c.png", in, i < 2 ? 'c' : 'a'), 3);
        if (i < 2) /* also as absolute paths */
            write_text(
                fixture_text("%s/labels.csv", in),
                fixture_text("%s%sc.png,x\n", rows, i == 0 ? "" : fixture_text("%s/test/", in)));
        else {
            write_text(fixture_text("%s/train/labels.csv", in), rows);
            write_text(fixture_text("%s/test/labels.csv", in), "a.png,y\n");
        }
        struct dataset *d = fixture_read(in);
        PIXELS_ARE(d, TRAIN, 1, 2);
        PIXELS_ARE(d, TEST, 3);
        dataset_free(d);
    }
    write_dot(test_path("0/test/a.png"), 1);
    refused(DATA_AT(test_path("0")), "a.png (line 2, in several folders)");
}
END_TEST

START_TEST(labels_csv_that_does_not_fit_its_folder_is_refused) {
    static const struct {
        const char *table, *names;
    } cases[] = {
        {"a.png,1\nb.png,2\nnone.png,1\n../x,1\n", "names 2 files"},
        {"filename,label\na.png,1\n", "does not list 3"},
        {"a.png,1\nb.png,2\na.png,1\n", "line 3"},
        {"a.png,1\nb.png,\n", "line 2"},
        {"filename,breed\na.png,1\n", "line 1"},
        {"what,label\na.png,1\n", "line 1"},
        {"id,label,split\na,1,train\nb,1,tset\n", "line 3"},
        {"x,y,z\na.png,1,2\n", "line 1"},
        {"", "does not list 4"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        write_labelled(cases[i].table);
        refused(DATA_AT(test_path("flat")), cases[i].names);
    }
    write_labelled("a.png,1\nb.png,2\nc.png,1\nd.png,1\n");
    write_dot(test_path("flat/more/x.png"), 1);
    refused(DATA_AT(test_path("flat")), "does not list 1");
}
END_TEST

/* ---- IDX ---- */

/* Writes two images of 2 x 1 and their labels into files of these names. */
static void write_idx(const char *images, const char *labels, const char *values) {
    struct error e = {0};
    const char *paths[] = {test_path("%s", images), test_path("%s", labels)};
    for (int i = 0; i < 2; i++)
        ck_assert_int_eq(
            file_make_directory(
                fixture_text("%.*s", (int)(strrchr(paths[i], '/') - paths[i]), paths[i]), &e),
            0);
    struct text image = fixture_idx(3, (const uint32_t[]){2, 1, 2}, "abcd", 4);
    struct text label = fixture_idx(1, (const uint32_t[]){2}, values, 2);
    fixture_write(paths[0], strstr(images, ".gz") ? fixture_gzip(image) : image);
    fixture_write(paths[1], strstr(labels, ".gz") ? fixture_gzip(label) : label);
}

START_TEST(idx_files_are_found_in_folders_with_their_names_and_in_raw) {
    write_idx("kaggle/train-images-idx3-ubyte/train-images-idx3-ubyte",
              "kaggle/train-labels-idx1-ubyte/train-labels-idx1-ubyte", "\1\2");
    write_idx("both/train-images-idx3-ubyte/train-images-idx3-ubyte",
              "both/train-labels-idx1-ubyte/train-labels-idx1-ubyte", "\1\2");
    write_idx("both/train-images.idx3-ubyte", "both/train-labels.idx1-ubyte", "\1\2");
    write_idx("MNIST/raw/train-images-idx3-ubyte.gz", "MNIST/raw/train-labels-idx1-ubyte.gz",
              "\1\2");
    write_idx("other/fashion-train-images.idx3-ubyte", "other/fashion-train-labels.idx1-ubyte.gz",
              "\1\2");
    static const char *const paths[] = {"kaggle", "both", "MNIST", "other"};
    for (int i = 0; i < 4; i++) {
        struct dataset *d = fixture_read(test_path("%s", paths[i]));
        PIXELS_ARE(d, TRAIN, 'a', 'b', 'c', 'd');
        ck_assert_str_eq(d->classes.items[1], "2");
        ck_assert_int_eq(d->notes.count, 1);
        test_names(d->notes.items[0], "no test set: data.test_share");
        dataset_free(d);
    }
}
END_TEST

/* QMNIST's labels: 2 rows of 8 integers, the first of which is the class. */
static struct text qmnist(const char *classes) {
    uint8_t values[64] = {0};
    for (int i = 0; i < 64; i++)
        values[i] = i % 32 < 4 ? 0 : (uint8_t)i; /* more, which is not read */
    values[3] = (uint8_t)classes[0];
    values[35] = (uint8_t)classes[1];
    struct text t = fixture_idx(2, (const uint32_t[]){2, 8}, values, 64);
    t.data[2] = 12;
    return t;
}

START_TEST(the_class_of_a_qmnist_label_is_the_first_of_its_eight_integers) {
    write_idx("qmnist-train-images-idx3-ubyte.gz", "unused", "\1\2");
    fixture_write(test_path("qmnist-train-labels-idx2-int.gz"), fixture_gzip(qmnist("\7\5")));
    struct dataset *d = fixture_read(test_dir);
    ck_assert_str_eq(d->classes.items[0], "5");
    ck_assert_mem_eq(d->split[TRAIN].labels, ((const int[]){1, 0}), 2 * sizeof(int));
    dataset_free(d);
}
END_TEST

START_TEST(qmnist_labels_that_do_not_fit_in_a_byte_are_refused) {
    struct text big = qmnist("\7\5"), narrow = qmnist("\7\5");
    const char *path = test_path("qmnist-train-labels-idx2-int");
    write_idx("qmnist-train-images-idx3-ubyte", "unused", "\1\2");
    big.data[12 + 32] = 1;
    fixture_write(path, big);
    refused(DATA_AT(test_dir), "label 1");
    narrow.data[11] = 7;
    narrow.size = 12 + 2 * 7 * 4;
    fixture_write(path, narrow);
    refused(DATA_AT(test_dir), "7 columns");
}
END_TEST

#define EMNIST "emnist-letters-"

START_TEST(emnist_classes_are_named_by_their_mapping) {
    static const struct {
        const char *mapping, *first, *second;
    } cases[] = {{"1 65 97\n2 66 98\n3 67 99\n", "A", "B"},
                 {"1 65 97\r\n2 66 98\r\n", "A", "B"},
                 {"1 49\n2 32\n", "1", "2"}, /* no plain character */
                 {"1 49\n3 66\n", "1", "2"}, /* none for 2 */
                 {"1 127\n2 233\n", "1", "2"},
                 {"257 65\n256 66\n-1 67\n1 68\n2 69", "D", "E"}, /* no labels */
                 {"x\n\n2 9 9\n", "1", "2"}};                     /* something else */
    write_idx(EMNIST "train-images-idx3-ubyte", EMNIST "train-labels-idx1-ubyte", "\2\1");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        write_text(test_path(EMNIST "mapping.txt"), cases[i].mapping);
        struct dataset *d = fixture_read(test_dir);
        ck_assert_str_eq(d->classes.items[0], cases[i].first);
        ck_assert_str_eq(d->classes.items[1], cases[i].second);
        ck_assert_int_eq(d->split[TRAIN].labels[0], 1);
        dataset_free(d);
    }
}
END_TEST

START_TEST(emnist_gets_a_note_until_it_is_transposed) {
    write_idx(EMNIST "train-images-idx3-ubyte", EMNIST "train-labels-idx1-ubyte", "\2\1");
    struct data_options from = *DATA_AT(test_dir);
    struct dataset *d = read_as(&from);
    notes(d);
    dataset_free(d);
    from.transpose = true;
    d = read_as(&from);
    ck_assert(d->height == 2 && d->width == 1);
    notes(d);
    dataset_free(d);
}
END_TEST

/* ---- a trained model reads data ---- */

/* Options of a model of 2 x 1 grey images of the classes a, b and c. */
static struct data_options expected(const char *path) {
    static const char *classes[] = {"c", "a", "b"};
    static struct dataset model = {.height = 1, .width = 2, .channels = 1, .classes = {3, classes}};
    struct data_options from = *DATA_AT(path);
    from.expected = &model;
    return from;
}

START_TEST(classes_are_those_of_the_model_and_some_may_be_missing) {
    write_picture(test_path("folders/test/b/x.png"), 2, 1, 1, (const uint8_t[]){1, 2});
    write_picture(test_path("flat/x.png"), 2, 1, 1, (const uint8_t[]){1, 2});
    write_text(test_path("flat/labels.csv"), "x.png,b\n");
    const char *paths[] = {test_path("folders"), test_path("flat")};
    for (int i = 0; i < 2; i++) {
        struct data_options from = expected(paths[i]);
        struct dataset *d = read_as(&from);
        const struct split *s = &d->split[i == 0 ? TEST : TRAIN];
        ck_assert_int_eq(d->classes.count, 3);
        ck_assert(s->count == 1 && s->labels[0] == 2);
        dataset_free(d);
    }
    struct dataset *d = fixture_dataset(1, 2, 1, 2, (const int[]){0, 2});
    d->classes.items[0] = "b";
    d->classes.items[1] = "c";
    ck_assert_int_eq(image_sheet_write(d, test_path("sheets"), &(struct error){0}), 0);
    dataset_free(d);
    struct data_options from = expected(test_path("sheets"));
    d = read_as(&from);
    ck_assert_mem_eq(d->split[TEST].labels, ((const int[]){2, 0}), 2 * sizeof(int));
    dataset_free(d);
}
END_TEST

START_TEST(an_unknown_class_is_refused_by_name) {
    write_dot(test_path("test/a/x.png"), 1);
    write_dot(test_path("test/zebra/x.png"), 1);
    struct data_options from = expected(test_dir);
    refused(&from, "\"zebra\"");
}
END_TEST

START_TEST(images_are_converted_to_the_models_shape_if_its_training_data_was_converted) {
    write_picture(test_path("a/x.png"), 4, 2, 3, (const uint8_t[24]){0});
    struct data_options from = expected(test_dir), plain = from;
    from.channels = 1;
    struct dataset *d = read_as(&from);
    ck_assert(d->height == 1 && d->width == 2 && d->channels == 1);
    dataset_free(d);
    d = read_as(&plain); /* programs then refuse the dataset */
    ck_assert(d->height == 2 && d->width == 4 && d->channels == 3);
    dataset_free(d);
}
END_TEST

/* ---- sheets and programs ---- */

START_TEST(a_validation_set_survives_pack) {
    write_classes("data/train", 3, 2);
    write_classes("data/test", 1, 1);
    write_classes("data/val", 2, 1);
    struct dataset *d = fixture_read(test_path("data"));
    ck_assert_int_eq(image_sheet_write(d, test_path("packed"), &(struct error){0}), 0);
    struct dataset *got = fixture_read(test_path("packed"));
    counts_are(got, 5, 2, 3);
    ck_assert_str_eq(got->digest, d->digest);
    dataset_free(got);
    dataset_free(d);
}
END_TEST

START_TEST(pack_converts_according_to_its_overrides) {
    write_picture(test_path("data/a/x.png"), 4, 2, 3, (const uint8_t[24]){0});
    write_picture(test_path("data/b/x.png"), 2, 2, 1, (const uint8_t[4]){9, 9, 9, 9});
    struct test_outcome o =
        test_shell("$ONEHOT pack %s %s data.size=[3,5] data.channels=3 data.transpose=true "
                   "data.background=white data.test_share=0",
                   test_path("data"), test_path("packed"));
    ck_assert_msg(o.status == 0, "%s", o.err);
    test_message(o.out);
    struct dataset *d = fixture_read(test_path("packed"));
    ck_assert(d->height == 3 && d->width == 5 && d->channels == 3);
    dataset_free(d);
    static const char *const bad[] = {
        "data.size=[3,5,7]",   "data.size=[0]",     "data.size=big",       "data.channels=2",
        "data.background=red", "data.test_share=2", "data.path=elsewhere", "seed=3"};
    for (int i = 0; i < 8; i++)
        test_failed(test_shell("$ONEHOT pack %s %s %s", test_path("data"), test_path("no"), bad[i]),
                    2, "");
}
END_TEST

/* Trains on a folder with two classes, whose images have two sizes. */
static void train_photos(void) {
    static const uint8_t dark[48] = {0};
    uint8_t light[48];
    memset(light, 200, sizeof light);
    for (int i = 0; i < 10; i++) {
        write_picture(test_path("photos/dark/%d.png", i), 4, 4, 1, dark);
        write_picture(test_path("photos/light/%d.png", i), 2 + i % 2, 4, 3, light);
    }
    write_text(test_path("c.json"),
               "{\"name\": \"x\", \"data\": {\"path\": \"x\", \"size\": [2, 3], \"channels\": 3, "
               "\"background\": \"white\"}, \"model\": [{\"type\": \"linear\", \"units\": 2}], "
               "\"optimizer\": {\"type\": \"sgd\", \"learning_rate\": 1}, "
               "\"train\": {\"epochs\": 3, \"batch_size\": 4}}");
    struct test_outcome o = test_shell("$ONEHOT train %s data.path=%s output=%s",
                                       test_path("c.json"), test_path("photos"), test_path("run"));
    ck_assert_msg(o.status == 0, "%s", o.err);
    char *end = strstr(o.out, "model ");
    ck_assert_ptr_nonnull(end);
    *end = '\0';
    test_message(o.out);
}

START_TEST(train_evaluate_and_predict_accept_images_of_any_size_with_data_size) {
    train_photos();
    struct test_outcome o = test_shell("$ONEHOT evaluate %s", test_path("run"));
    ck_assert_msg(o.status == 0, "%s", o.err);
    o = test_shell("$ONEHOT predict %s %s --json", test_path("run"),
                   test_path("photos/light/1.png"));
    ck_assert_msg(o.status == 0, "%s", o.err);
    test_names(o.out, "\"light\"");
    write_picture(test_path("some/test/light/x.png"), 5, 7, 1, (const uint8_t[35]){255});
    o = test_shell("$ONEHOT evaluate %s --data %s", test_path("run"), test_path("some"));
    ck_assert_msg(o.status == 0, "%s", o.err);
    write_dot(test_path("some/test/grue/x.png"), 1);
    test_failed(test_shell("$ONEHOT evaluate %s --data %s", test_path("run"), test_path("some")), 2,
                "\"grue\"");
}
END_TEST

Suite *test_folders(void);

Suite *test_folders(void) {
    return TEST_SUITE(
        "folders", images_of_any_size_are_scaled_to_data_size,
        images_with_another_aspect_ratio_get_bars_which_are_counted,
        images_become_grey_or_rgb_according_to_data_channels,
        transposing_an_image_swaps_its_rows_and_columns,
        transparent_pixels_are_drawn_on_data_background,
        images_that_differ_are_counted_and_the_option_is_proposed,
        the_formats_and_sizes_of_a_converted_folder_are_counted_in_one_line,
        samples_that_exceed_the_memory_in_total_are_refused_before_decoding,
        threads_do_not_change_a_dataset, idx_and_sheets_are_converted_like_folders,
        split_folders_are_found_under_all_their_names, two_folders_for_one_split_are_refused,
        classes_without_test_samples_are_noted, options_without_a_meaning_for_the_data_are_refused,
        with_a_validation_set_no_test_set_is_drawn, data_test_share_draws_a_test_set_by_class,
        the_only_image_of_a_class_stays_in_the_training_set, a_class_may_be_named_train,
        links_to_images_and_folders_are_followed,
        files_that_are_not_images_are_skipped_with_a_note_and_empty_classes_are_left_out,
        folders_next_to_the_splits_are_noted,
        folders_around_datasets_are_refused_with_the_path_to_set,
        a_class_spelled_differently_in_the_test_set_is_refused_with_the_other_spelling,
        unusable_files_are_counted_and_five_of_them_are_named,
        images_may_have_any_extension_or_none,
        a_single_unusable_file_is_refused_with_its_own_reason,
        files_where_class_folders_should_be_are_counted, a_single_class_is_refused_in_every_format,
        labels_csv_gives_the_same_dataset_as_class_folders,
        data_label_names_the_label_column_of_labels_csv,
        labels_csv_finds_files_in_folders_and_sets_their_split,
        a_folder_next_to_the_splits_is_noted, labels_csv_lists_images_in_and_next_to_split_folders,
        labels_csv_that_does_not_fit_its_folder_is_refused,
        idx_files_are_found_in_folders_with_their_names_and_in_raw,
        the_class_of_a_qmnist_label_is_the_first_of_its_eight_integers,
        qmnist_labels_that_do_not_fit_in_a_byte_are_refused,
        emnist_classes_are_named_by_their_mapping, emnist_gets_a_note_until_it_is_transposed,
        classes_are_those_of_the_model_and_some_may_be_missing, an_unknown_class_is_refused_by_name,
        images_are_converted_to_the_models_shape_if_its_training_data_was_converted,
        a_validation_set_survives_pack, pack_converts_according_to_its_overrides,
        train_evaluate_and_predict_accept_images_of_any_size_with_data_size);
}
