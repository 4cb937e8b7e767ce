/* Curves plotted with characters. */
#include "test.h"
#include "ui/plot.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

Suite *test_plot(void);

static void check_spark(const double *y, int count, int cells, bool unicode, const char *expected) {
    struct text t = {0};
    plot_sparkline(y, count, cells, unicode, &t);
    ck_assert_str_eq(t.data ? t.data : "", expected);
    text_free(&t);
}

START_TEST(a_sparkline_spans_the_smallest_to_the_largest_value) {
    const double y[] = {0, 1, 2, 3, 4, 5, 6, 7}, gap[] = {5, (double)NAN, 3}, same[] = {2, 2};
    check_spark(y, 8, 8, true, "▁▂▃▄▅▆▇█");
    check_spark(y, 8, 8, false, "_.-=+*#@");
    check_spark(y, 8, 3, false, "*#@"); /* the last three, scaled like all of them */
    check_spark(y, 8, 0, true, "");
    check_spark(y, 8, -5, true, "");
    check_spark(gap, 3, 9, false, "@ _");
    check_spark(same, 2, 9, false, "++");
}
END_TEST

/* Writes a plot and checks that no line ends in a space. */
static struct text plot(int width, int height, bool unicode, const struct plot_series *s,
                        int count) {
    struct text t = {0};
    struct plot p = {"loss, nats", width, height, unicode, count, s, false, "epoch"};
    plot_write(&p, &t);
    ck_assert(!t.failed);
    ck_assert_msg(!strstr(t.data, " \n"), "%s", t.data);
    return t;
}

START_TEST(a_plot_puts_each_value_where_its_axes_say) {
    const double up[] = {0, 1, 2, 3, 4}, down[] = {4, 3, 2, (double)NAN, 0};
    const struct plot_series s[] = {{"up", 5, up, sizeof *up}, {"down", 5, down, sizeof *down}};
    struct text t = plot(30, 5, false, s, 2);
    ck_assert_str_eq(t.data, "loss, nats\n"
                             "      4 +o                   *\n"
                             "        |     o         *\n"
                             "      2 +          *\n"
                             "        |     *\n"
                             "      0 +*                   o\n"
                             "        +---------------------\n"
                             "         1       epoch       5\n"
                             "         * up  4\n"
                             "         o down  0\n");
    text_free(&t);
}
END_TEST

START_TEST(a_plot_shows_every_spike_of_a_long_run) {
    enum { COUNT = 1000000 };
    double *y = calloc(COUNT, sizeof *y);
    for (int at = 0; at < COUNT; at += 99999) {
        const struct plot_series s = {"spike", COUNT, y, sizeof *y};
        y[at] = 1;
        struct text t = plot(60, 4, false, &s, 1);
        const char *top = strchr(t.data, '\n') + 1;
        ck_assert_msg(memchr(top, '*', (size_t)(strchr(top, '\n') - top)) != NULL, "%d\n%s", at,
                      t.data);
        text_free(&t);
        y[at] = 0;
    }
    free(y);
}
END_TEST

/* No series, no value, one value, equal values, values far apart or close together; any width. */
START_TEST(a_plot_of_any_values_terminates_and_fits) {
    const double values[][3] = {{1, 1, 1},          {(double)NAN, (double)NAN, (double)NAN},
                                {1e30, -1e30, 0},   {1e-30, 2e-30, 0},
                                {1, 1 + 1e-15, 1},  {-5, -7, -6},
                                {3e38, -3e38, 3e38}};
    for (size_t i = 0; i < sizeof values / sizeof *values; i++)
        for (int count = 0; count <= 3; count++)
            for (int width = 20; width < 130; width += 7) {
                const struct plot_series s[] = {{"a", count, values[i], sizeof(double)},
                                                {"b", 3, values[i], sizeof(double)}};
                struct text t = plot(width, 12, false, s, count % 3);
                for (const char *line = t.data; *line; line = strchr(line, '\n') + 1)
                    ck_assert_int_le((int)strcspn(line, "\n"), width < 24 ? 24 : width);
                text_free(&t);
            }
}
END_TEST

START_TEST(a_narrow_plot_of_many_epochs_has_no_room_for_the_name_of_its_axis) {
    static const double y[1000];
    for (int count = 999; count <= 1000; count++) {
        const struct plot_series s = {"up", count, y, sizeof *y};
        struct text t = plot(20, 3, false, &s, 1);
        test_names(t.data, count < 1000 ? "\n         1 epoch 999\n" : "\n         1 .. 1000\n");
        text_free(&t);
    }
}
END_TEST

Suite *test_plot(void) {
    return TEST_SUITE("plot", a_sparkline_spans_the_smallest_to_the_largest_value,
                      a_plot_puts_each_value_where_its_axes_say,
                      a_plot_shows_every_spike_of_a_long_run,
                      a_plot_of_any_values_terminates_and_fits,
                      a_narrow_plot_of_many_epochs_has_no_room_for_the_name_of_its_axis);
}
