/* What a user sees on a terminal: bars, curves and the lines of running jobs, drawn in place and
 * cut to its width, and pictures in colour. script, of bsdutils, gives a command a terminal. */
#include "fixtures.h"
#include "picture/picture.h"
#include "test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

Suite *test_terminal(void);

/* Runs a shell command on a terminal of that size; in its output a line ends as in a file. */
static struct test_outcome on_terminal(int columns, int rows, const char *command) {
    char text[2000];
    int size = snprintf(text, sizeof text,
                        "export TERM=xterm COLUMNS=33; unset NO_COLOR; stty cols %d rows %d; %s\n",
                        columns, rows, command);
    test_write(test_path("command"), text, (size_t)size);
    struct test_outcome o =
        test_shell("script -qec 'sh %s/command' /dev/null </dev/null", test_dir);
    char *to = o.out;
    for (const char *from = o.out; *from; from++)
        if (strncmp(from, "\r\n", 2) != 0)
            *to++ = *from;
    *to = '\0';
    return o;
}

/* What is on the screen after the command, without colours. Lines that have scrolled away count; no
 * command may move the cursor up to one of them. */
static const char *screen(const struct test_outcome *o, int columns, int rows) {
    enum { LINES = 200, CELLS = 200 };
    static char cells[LINES][CELLS][5], text[LINES * CELLS];
    int line = 0, column = 0, last = 0;
    memset(cells, 0, sizeof cells);
    for (const char *s = o->out; *s;) {
        int number = 0, size = 1;
        char end = '\0';
        if (sscanf(s, "\033[%d%c", &number, &end) == 2 || sscanf(s, "\033[%c", &end) == 1)
            size = (int)strcspn(s, "AJKm") + 1;
        while (s[size] && ((unsigned char)s[size] & 0xc0) == 0x80)
            size++;
        if (*s == '\n' || (*s != '\r' && *s != '\033' && column == columns))
            line++, column = 0;
        if (*s == '\r')
            column = 0;
        if (end == 'A')
            line -= number;
        if (end == 'J' || end == 'K')
            memset(cells[line][column], 0, sizeof cells[0] - (size_t)column * sizeof cells[0][0]);
        for (int below = line + 1; end == 'J' && below < LINES; below++)
            memset(cells[below], 0, sizeof cells[0]);
        if (*s != '\n' && *s != '\r' && *s != '\033')
            snprintf(cells[line][column++], sizeof cells[0][0], "%.*s", size, s);
        last = line > last ? line : last;
        ck_assert_msg(line > last - rows && line < LINES && column < CELLS, "%s", o->out);
        s += size;
    }
    char *to = text;
    for (line = 0; line <= last; line++) {
        for (column = 0; cells[line][column][0]; column++)
            to = stpcpy(to, cells[line][column]);
        to = stpcpy(to, line < last ? "\n" : "");
    }
    return text;
}

static int count(const char *text, const char *what) {
    int n = 0;
    for (text = strstr(text, what); text; text = strstr(text + 1, what))
        n++;
    return n;
}

/* The line of this epoch. */
static const char *epoch_line(const char *text, int epoch) {
    char start[16], *line = strstr(text, "samples/s\n");
    snprintf(start, sizeof start, "\n%5d  ", epoch);
    line = line ? strstr(line, start) : NULL;
    ck_assert_msg(line != NULL, "%s", text);
    return fixture_text("%.*s", (int)strcspn(line + 1, "\n"), line + 1);
}

static bool ends(const char *line, const char *with) {
    size_t size = strlen(line), end = strlen(with);
    return size >= end && strcmp(line + size - end, with) == 0;
}

/* ---- train ---- */

/* One step per epoch: after the first, a quarter is done. */
#define QUARTER "$ONEHOT train tests/small.json train.epochs=4 data.limit=32 data.validation=0 "

START_TEST(a_bar_shows_how_far_training_is_until_the_line_of_the_epoch_replaces_it) {
    struct test_outcome o = on_terminal(
        80, 24, fixture_text("export LC_ALL=C.UTF-8; " QUARTER "output=%s/a", test_dir));
    ck_assert_msg(o.status == 0, "%s%s", o.out, o.err);
    ck_assert_ptr_nonnull(
        strstr(o.out, "\r██████████                               epoch 1  loss "));
    ck_assert_int_ge(count(o.out, " s left\033[K"), 1);
    const char *seen = screen(&o, 80, 24);
    ck_assert_int_eq(count(seen, "left") + count(seen, "█████"), 0);
    ck_assert_msg(ends(epoch_line(seen, 1), "  ▅"), "%s", seen); /* the curve of the loss */
    ck_assert_msg(ends(epoch_line(seen, 2), "  █▁"), "%s", seen);

    o = on_terminal(80, 24, fixture_text("export LC_ALL=C; " QUARTER "output=%s/b", test_dir));
    ck_assert_ptr_nonnull(
        strstr(o.out, "\r##########                               epoch 1  loss "));
    seen = screen(&o, 80, 24);
    ck_assert_msg(ends(epoch_line(seen, 2), "  @_"), "%s", seen);
}
END_TEST

/* Without a validation set, an epoch's line has 38 columns. */
START_TEST(a_narrow_terminal_has_no_room_for_the_bar_or_the_curve) {
    for (int columns = 30; columns <= 45; columns += 3) {
        struct test_outcome o = on_terminal(
            columns, 24,
            fixture_text("export LC_ALL=C; " QUARTER "output=%s/%d", test_dir, columns));
        ck_assert_msg(o.status == 0, "%s%s", o.out, o.err);
        ck_assert_int_eq(count(o.out, " s left") > 0, columns > 30);
        for (const char *bar = strchr(o.out, '\r'); bar; bar = strchr(bar + 1, '\r'))
            ck_assert_int_lt((int)strcspn(bar + 1, "\r\n\033"), columns);
        const char *seen = strstr(o.out, "samples/s\n");
        const char *line = seen ? strstr(seen, "\n\r\033[K    4  ") : NULL;
        ck_assert_msg(line != NULL, "%s", o.out);
        int most = columns < 40 ? 38 : columns < 44 ? columns : 44;
        ck_assert_int_eq((int)strcspn(line + 5, "\n"), most);
    }
}
END_TEST

START_TEST(the_curve_next_to_an_epoch_shows_the_last_twenty) {
    struct test_outcome o = on_terminal(
        100, 24,
        fixture_text("export LC_ALL=C.UTF-8; $ONEHOT train tests/small.json train.epochs=25 "
                     "data.limit=32 output=%s/a",
                     test_dir));
    ck_assert_msg(o.status == 0, "%s%s", o.out, o.err);
    const char *seen = screen(&o, 100, 24);
    for (int epoch = 1; epoch <= 25; epoch++) {
        const char *curve = strrchr(epoch_line(seen, epoch), ' ') + 1;
        ck_assert_msg(strlen(curve) == 3 * (size_t)(epoch < 20 ? epoch : 20), "%s", curve);
    }
}
END_TEST

/* ---- sweep ---- */

#define SWEEP                                                                                      \
    "export ONEHOT=$PWD/$ONEHOT ROOT=$PWD && cd %s && exec $ONEHOT sweep $ROOT/tests/small.json "  \
    "data.path=$ROOT/tests/data/mnist-small "

/* Two jobs at a time, as far as the terminal has room for their lines, and one line for all. */
START_TEST(the_lines_of_running_jobs_give_way_to_those_of_finished_ones) {
    for (int rows = 3; rows <= 5; rows++) {
        char up[8];
        const char *sweep =
            fixture_text(SWEEP "train.epochs=2 seed=1..3 name=n%d --jobs 2", test_dir, rows);
        struct test_outcome o = on_terminal(90, rows, sweep), pipe = test_shell("(%s)", sweep);
        ck_assert_msg(o.status == 0, "%s%s", o.out, o.err);
        ck_assert_ptr_nonnull(strstr(o.out, "\n  2 running, 1 waiting"));
        ck_assert_int_eq(count(o.out, "  epoch    0 of 2         -  ") > 0, rows > 3);
        int most = rows - 2; /* of its lines there are no more than these */
        snprintf(up, sizeof up, "\r\033[%dA", most);
        ck_assert_int_gt(count(o.out, up), 0);
        snprintf(up, sizeof up, "\r\033[%dA", most + 1);
        ck_assert_int_eq(count(o.out, up), 0);
        const char *seen = screen(&o, 90, rows);
        ck_assert_msg(count(seen, " of 3  ") == 3 && count(seen, "running") == 0, "%s", seen);
        ck_assert_int_eq(count(seen, "epoch "), 0);
        ck_assert_str_eq(strstr(seen, "\nrank "), strstr(pipe.out, "\nrank "));
    }
}
END_TEST

/* The first two jobs fail; the third is ended once its line shows an epoch. */
START_TEST(a_running_jobs_line_shows_its_epoch_and_accuracy_and_is_cut_to_the_width) {
    struct test_outcome o = on_terminal(
        48, 24,
        fixture_text("while kill -0 $$ 2>&-; do sleep 0.05; grep -q ' of 1000000 .* %%.*' "
                     "%s/shell-out && kill $$; done & " SWEEP "train.epochs=1000000 --jobs 1 "
                     "optimizer.learning_rate=1e9,0.05 seed=1,2",
                     test_dir, test_dir));
    ck_assert_int_eq(o.status, 143);
    ck_assert_ptr_nonnull(strstr(o.out, "  1 running, 3 waiting  "));
    ck_assert_ptr_nonnull(strstr(o.out, "  1 running, 1 waiting, 2 failed, "));
    const char *seen = screen(&o, 48, 24), *job = strstr(o.out, " of 1000000   ");
    ck_assert_int_eq((int)strcspn(job, "\n"), 47 - (int)strlen("  epoch    0"));
    ck_assert_ptr_nonnull(strstr(job, "~\n"));
    ck_assert_int_eq(count(seen, " of 4  failed  "), 2);
    ck_assert_int_eq(count(seen, "epoch  ") + count(seen, "waiting"), 0);
    ck_assert_msg(ends(seen, "\ninterrupted: 0 of 4 jobs are finished; run the s\n"
                             "ame command to resume\n"),
                  "%s", seen);
}
END_TEST

/* ---- pictures ---- */

START_TEST(an_image_is_shown_in_colour_two_pixels_per_character) {
    struct error e = {0};
    struct picture p;
    test_small_run("run", "");
    ck_assert_int_eq(picture_read(&p, "tests/data/seven.png", PICTURE_BLACK, &e), 0);
    for (int step = 1; step <= 2; step++) { /* all pixels, or every other one */
        SCOPED(text) want = {0};
        struct test_outcome o = on_terminal(
            30 / step, 24,
            fixture_text("LC_ALL=C.UTF-8 $ONEHOT predict %s/run tests/data/seven.png", test_dir));
        ck_assert_msg(o.status == 0, "%s%s", o.out, o.err);
        for (int y = 0; y < 28; y += 2 * step) {
            for (int x = 0; x < 28; x += step) {
                int a = *picture_pixel(&p, x, y), b = *picture_pixel(&p, x, y + step);
                text_printf(&want, "\033[38;2;%d;%d;%d;48;2;%d;%d;%dm▀", a, a, a, b, b, b);
            }
            text_printf(&want, "\033[0m\n");
        }
        ck_assert_ptr_nonnull(strstr(o.out, want.data));
    }
    struct test_outcome o = on_terminal(
        30, 24, fixture_text("LC_ALL=C $ONEHOT predict %s/run tests/data/seven.png", test_dir));
    ck_assert(!strchr(o.out, '\033'));
    test_names(o.out, "\n      ##%%%%**********      \n");
    picture_free(&p);
}
END_TEST

START_TEST(the_plane_is_coloured_unless_the_user_wants_no_colours) {
    static const char *const plain[] = {"NO_COLOR=1", "TERM=dumb", "LC_ALL=C", "LC_ALL= LANG="};
    struct test_outcome o =
        test_shell("$ONEHOT train configs/tiny/three.json output=%s/run --quiet", test_dir);
    ck_assert_msg(o.status == 0, "%s", o.err);
    o = on_terminal(30, 24,
                    fixture_text("LC_ALL=C.UTF-8 $ONEHOT boundary %s/run --plot", test_dir));
    ck_assert_msg(o.status == 0, "%s%s", o.out, o.err);
    ck_assert_int_eq(count(o.out, "▀"), 30 * 15);
    ck_assert_int_eq(count(o.out, "m■\033[0m "), 3); /* the classes */
    ck_assert_int_eq(count(o.out, "confidence"), 0);
    for (int i = 0; i < 4; i++) {
        o = on_terminal(30, 24,
                        fixture_text("export LC_ALL=C.UTF-8 %s; "
                                     "$ONEHOT boundary %s/run --plot",
                                     plain[i], test_dir));
        ck_assert_msg(o.status == 0, "%s%s", o.out, o.err);
        ck_assert_uint_eq(strspn(o.out, "012.\n"), 31 * 15 + 1);
        test_names(o.out, "\n. confidence below 60 %\n");
    }
}
END_TEST

/* ---- other commands ---- */

START_TEST(verify_says_what_it_repeats_before_it_begins) {
    test_small_run("one", "train.epochs=1");
    test_small_run("two", "");
    struct test_outcome o = on_terminal(
        80, 24, fixture_text("$ONEHOT verify %s/one && $ONEHOT verify %s/two", test_dir, test_dir));
    ck_assert_msg(o.status == 0, "%s%s", o.out, o.err);
    test_names(o.out, fixture_text("repeating %s/one: 1 epoch\nmodel", test_dir));
    test_names(o.out, fixture_text("\nrepeating %s/two: 2 epochs\nmodel", test_dir));
    o = on_terminal(80, 24, fixture_text("$ONEHOT verify %s/one --json", test_dir));
    ck_assert_int_eq(o.out[0], '{');
}
END_TEST

/* Emacs and serial lines give none; then COLUMNS, which is 33, decides. */
START_TEST(a_terminal_without_a_size_is_as_wide_as_columns_says) {
    const char *bars = "LC_ALL=C $ONEHOT softmax 9 --temperature 1";
    test_names(on_terminal(40, 24, bars).out, "\n0      ####################### 100.00 %\n");
    test_names(on_terminal(0, 0, bars).out, "\n0      ################ 100.00 %\n");
}
END_TEST

Suite *test_terminal(void) {
    if (system("command -v script >/dev/null") != 0) {
        printf("not tested: what is printed on a terminal, which needs Debian's bsdutils\n");
        return suite_create("terminal");
    }
    return TEST_SUITE("terminal",
                      a_bar_shows_how_far_training_is_until_the_line_of_the_epoch_replaces_it,
                      a_narrow_terminal_has_no_room_for_the_bar_or_the_curve,
                      the_curve_next_to_an_epoch_shows_the_last_twenty,
                      the_lines_of_running_jobs_give_way_to_those_of_finished_ones,
                      a_running_jobs_line_shows_its_epoch_and_accuracy_and_is_cut_to_the_width,
                      an_image_is_shown_in_colour_two_pixels_per_character,
                      the_plane_is_coloured_unless_the_user_wants_no_colours,
                      verify_says_what_it_repeats_before_it_begins,
                      a_terminal_without_a_size_is_as_wide_as_columns_says);
}
