/* The benchmark, in the same folder as $ONEHOT: it must measure something and refuse unknown
 * options. The figures themselves depend on the machine. */
#include "test.h"

#include <string.h>

Suite *test_bench(void);

#ifdef __SANITIZE_ADDRESS__ /* the workload "dense" would take half a minute */
#define WORKLOAD "784-10"
#else
#define WORKLOAD "dense"
#endif

START_TEST(bench_measures_every_phase_with_one_thread_and_with_more) {
    struct test_outcome o = test_shell("TMPDIR=%s ${ONEHOT%%/*}/bench --workload " WORKLOAD
                                       " --threads 2 --seconds 0.01 --json",
                                       test_dir);
    ck_assert_msg(o.status == 0, "%s", o.err);
    const char *const parts[] = {"\"name\": \"" WORKLOAD "\"",
                                 "\"threads\": 1",
                                 "\"threads\": 2",
                                 "\"peak_gflops_per_core\": ",
                                 "\"gather\": ",
                                 "\"forward\": ",
                                 "\"loss\": ",
                                 "\"backward\": ",
                                 "\"gradient_and_update\": ",
                                 "\"fraction_of_limit\": ",
                                 "\"products_gflops\": "};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        ck_assert_msg(strstr(o.out, parts[i]), "no %s in %s", parts[i], o.out);
    ck_assert_str_eq(strchr(o.out, '\n'), "\n");
    ck_assert_str_eq(test_shell("ls %s/onehot-bench*", test_dir).out,
                     ""); /* nothing is left behind */
}
END_TEST

START_TEST(bench_refuses_bad_usage_with_one_sentence) {
    static const char *const usages[][2] = {
        {"--fast", "--fast"},           {"-j", "-j"},
        {"--workload", "--workload"},   {"--workload=small", "\"small\""},
        {"--threads 1.5", "--threads"}, {"--seconds 1s", "--seconds"},
        {"dense", "\"dense\""},         {"--scaling --json", "--json"},
    };
    for (size_t i = 0; i < sizeof usages / sizeof *usages; i++) {
        struct test_outcome o = test_shell("${ONEHOT%%/*}/bench %s", usages[i][0]);
        ck_assert_str_eq(o.out, "");
        test_failed(o, 2, usages[i][1]);
    }
}
END_TEST

Suite *test_bench(void) {
    return TEST_SUITE("bench", bench_measures_every_phase_with_one_thread_and_with_more,
                      bench_refuses_bad_usage_with_one_sentence);
}
