/* onehot-mpi: any number of ranks trains the same bytes as one process, and all of them end if one
 * does. tests/mpi.sh covers more, and more slowly. Not tested where mpicc is missing. */
#include "test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

Suite *test_mpi(void);

/* By default, Open MPI does not run as root, and starts at most one rank per CPU. It leaks memory.
 */
#define MPI                                                                                        \
    "mpi=${ONEHOT%%/*}/mpi/onehot-mpi; export OMPI_ALLOW_RUN_AS_ROOT=1 "                           \
    "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1 OMPI_MCA_rmaps_base_oversubscribe=1 "                        \
    "PRTE_MCA_rmaps_default_mapping_policy=:oversubscribe "                                        \
    "ASAN_OPTIONS=$ASAN_OPTIONS:detect_leaks=0; "
#define MPIRUN MPI "timeout 120 ${MPIRUN:-mpirun} "

static void must(struct test_outcome o) {
    ck_assert_msg(o.status == 0, "status %d: %s%s", o.status, o.out, o.err);
}

/* Trains with one process into test_dir/one, and with this many ranks, of which each has one
 * thread or two, into test_dir/RANKS: the same bytes. */
static void compare(const char *config, int ranks) {
    must(test_shell("test -e %s/one || $ONEHOT train %s --quiet output=%s/one", test_dir, config,
                    test_dir));
    must(test_shell(MPIRUN "-n %d $mpi train %s --threads %d --quiet output=%s/%d", ranks, config,
                    1 + ranks % 2, test_dir, ranks));
    must(test_shell("cd %s && for file in one/*.safetensors one/metrics.csv; do "
                    "cmp $file %d/${file#one/} || exit 1; done",
                    test_dir, ranks));
}

START_TEST(any_number_of_ranks_trains_the_golden_model) {
    static const int ranks[] = {1, 2, 3, 7};
    for (size_t i = 0; i < sizeof ranks / sizeof *ranks; i++)
        compare("tests/small.json", ranks[i]);
    struct test_outcome o = test_shell(
        "grep -c $(sha256sum <%s/one/model.safetensors | cut -c 1-64) tests/golden.json", test_dir);
    ck_assert_str_eq(o.out, "1\n");
}
END_TEST

START_TEST(ranks_share_listed_pixels) {
    for (int ranks = 2; ranks <= 4; ranks++)
        compare("tests/small-softmax.json", ranks);
}
END_TEST

START_TEST(ranks_clip_stop_early_and_leave_frozen_layers_as_they_are) {
    compare("tests/small-options.json train.epochs=6 train.clip_norm=1 early_stopping.monitor=loss "
            "early_stopping.patience=2 'optimizer={\"type\":\"adamw\"}' model.1.frozen=true",
            3);
}
END_TEST

START_TEST(ranks_train_attention) {
    compare("tests/small-attention.json train.epochs=3", 4);
}
END_TEST

START_TEST(more_ranks_than_samples_and_rows_train_the_same_model) {
    compare("configs/tiny/xor.json train.epochs=3 train.batch_size=3", 7);
}
END_TEST

START_TEST(a_run_whose_rank_is_killed_continues_with_any_number_of_ranks) {
    const char *run = "tests/small-adamw.json train.epochs=40 train.checkpoint_seconds=0 --quiet";
    must(test_shell("$ONEHOT train %s output=%s/one", run, test_dir));
    struct test_outcome o =
        test_shell(MPIRUN "-n 3 $mpi train %s --threads 1 output=%s/run & "
                          "until test -e %s/run/checkpoint.previous; do sleep 0.05; done; "
                          "kill -9 $(pgrep -n -f \"^$mpi train .*%s/run\"); wait $!",
                   run, test_dir, test_dir, test_dir);
    ck_assert_msg(o.status != 0 && o.status != 124, "status %d: %s", o.status, o.err);
    must(test_shell("test ! -e %s/run/result.json", test_dir));
    must(test_shell(MPIRUN "-n 2 $mpi train %s --threads 2 output=%s/run", run, test_dir));
    must(test_shell("cd %s && cmp one/model.safetensors run/model.safetensors && "
                    "cmp one/metrics.csv run/metrics.csv",
                    test_dir));
}
END_TEST

/* Runs two ranks, of which the second has these arguments, too; and returns the line on stderr that
 * begins like this. */
static struct test_outcome differ(const char *more, const char *begin) {
    return test_shell(MPI "train='train tests/small.json --quiet output=%s/run'; "
                          "timeout 120 ${MPIRUN:-mpirun} -n 1 $mpi $train : -n 1 $mpi $train %s "
                          "2>&1 | grep -a '^%s'",
                      test_dir, more, begin);
}

START_TEST(an_error_of_one_rank_ends_all_with_its_sentence) {
    struct test_outcome o = differ("seed=8", "rank 1 on ");
    test_names(o.out, ": the dataset or the config differs from that of rank 0\n");
    o = differ("data.path=missing", "rank 1 on ");
    test_names(o.out, "missing");
    o = test_shell(MPIRUN "-n 2 $mpi train tests/small.json output=/dev/null/x 2>&1 | "
                          "grep -c '^/dev/null'");
    ck_assert_str_eq(o.out, "1\n");
    must(test_shell("test ! -e %s/run", test_dir));
}
END_TEST

START_TEST(without_mpirun_onehot_mpi_is_onehot_with_one_rank) {
    must(test_shell(MPI "$mpi train configs/tiny/xor.json --quiet output=%s/run && "
                        "$mpi evaluate %s/run",
                    test_dir, test_dir));
    struct test_outcome o = test_shell(MPIRUN "-n 1 $mpi evaluate tests 2>&1 | grep ^onehot-mpi");
    test_names(o.out, "only train runs on several ranks");
}
END_TEST

Suite *test_mpi(void) {
    const TTest *tests[] = {any_number_of_ranks_trains_the_golden_model,
                            ranks_clip_stop_early_and_leave_frozen_layers_as_they_are,
                            ranks_train_attention,
                            ranks_share_listed_pixels,
                            more_ranks_than_samples_and_rows_train_the_same_model,
                            a_run_whose_rank_is_killed_continues_with_any_number_of_ranks,
                            an_error_of_one_rank_ends_all_with_its_sentence,
                            without_mpirun_onehot_mpi_is_onehot_with_one_rank};
    bool built = system("test -x ${ONEHOT%/*}/mpi/onehot-mpi") == 0;
    if (!built)
        printf("not tested: onehot-mpi, which needs mpicc (./bootstrap --mpi)\n");
    return test_suite("mpi", tests, built ? sizeof tests / sizeof *tests : 0);
}
