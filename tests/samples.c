#include "samples.h"
#include "fixtures.h"
#include "test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
/* It needs stdio.h. */
#include <jpeglib.h>

/* A grey JPEG of one colour. */
static void write_jpeg(const char *path, int colour) {
    struct jpeg_compress_struct j;
    struct jpeg_error_mgr errors;
    unsigned char row[8], *bytes = NULL, *rows = row;
    unsigned long size = 0;
    memset(row, colour, sizeof row);
    j.err = jpeg_std_error(&errors);
    jpeg_create_compress(&j);
    jpeg_mem_dest(&j, &bytes, &size);
    j.image_width = j.image_height = 8;
    j.input_components = 1;
    j.in_color_space = JCS_GRAYSCALE;
    jpeg_set_defaults(&j);
    jpeg_start_compress(&j, TRUE);
    while (j.next_scanline < j.image_height)
        jpeg_write_scanlines(&j, &rows, 1);
    jpeg_finish_compress(&j);
    jpeg_destroy_compress(&j);
    test_write(path, bytes, size);
    free(bytes);
}

void samples_write(void) {
    struct text table = {0}, pairs = {0};
    struct dataset *d = fixture_dataset(4, 2, 1, 3, (const int[]){12, 6});
    test_in_memory();
    fixture_directory(test_path("data"));
    fixture_directory(test_path("data/idx"));
    fixture_write_idx(d, test_path("data/idx"), ".gz");
    fixture_write_folders(d, test_path("data/folders"));
    dataset_free(d);
    for (int i = 0; i < 4; i++) {
        if (i % 2 == 0)
            ck_assert_int_eq(test_shell("mkdir -p %s/data/photos/%d", test_dir, i / 2).status, 0);
        write_jpeg(test_path("data/photos/%d/%d.jpg", i / 2, i), 60 * i);
    }
    text_printf(&table, "length;colour;kind\n");
    for (int i = 0; i < 20; i++)
        text_printf(&table, "%d,5;%s;%c\n", i * 7 % 20, i % 3 ? "red" : "blue",
                    "ab"[i * 7 % 20 > 9]);
    fixture_write(test_path("data/table.csv"), table);
    text_printf(&pairs, "x,y,p,q\n");
    for (int i = 0; i < 18; i++)
        text_printf(&pairs, "%d,%.*s,%d,%d\n", i, i % 7 ? 3 : 0, "0.5", i % 2, i % 3 == 0);
    fixture_write(test_path("data/pairs.csv"), pairs);
}
