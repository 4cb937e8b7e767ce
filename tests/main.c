/* Runs all suites at once, so that Check's closing line counts them all. */
#include "messages.h"
#include "test.h"

#include <stdlib.h>

Suite *test_base(void), *test_tensor(void), *test_layers(void), *test_reference(void),
    *test_gradients(void), *test_config(void), *test_model(void), *test_data(void),
    *test_hostile(void), *test_train(void), *test_programs(void), *test_golden(void),
    *test_house(void), *test_threads(void), *test_bench(void), *test_resume(void),
    *test_sweep(void), *test_report(void), *test_plot(void), *test_diagnosis(void),
    *test_verify(void), *test_compare(void), *test_export(void), *test_softmax(void),
    *test_calibration(void), *test_table(void), *test_docs(void), *test_csv(void),
    *test_gradcheck(void), *test_explain(void), *test_distillation(void), *test_plane(void),
    *test_exercises(void), *test_labels(void), *test_shares(void), *test_outside(void),
    *test_plain(void);

int main(void) {
#ifdef ONEHOT_DOUBLE /* the double build is for gradients and float64 references */
    Suite *(*const suites[])(void) = {test_reference, test_gradients};
#else
    Suite *(*const suites[])(void) = {
        test_base,    test_tensor,    test_layers,    test_reference,   test_config,
        test_model,   test_data,      test_hostile,   test_train,       test_programs,
        test_golden,  test_house,     test_threads,   test_bench,       test_resume,
        test_sweep,   test_report,    test_plot,      test_diagnosis,   test_verify,
        test_compare, test_export,    test_softmax,   test_calibration, test_table,
        test_docs,    test_csv,       test_gradcheck, test_explain,     test_distillation,
        test_plane,   test_exercises, test_labels,    test_shares,      test_outside,
        test_plain};
#endif
    SRunner *runner = srunner_create(NULL);
    for (size_t i = 0; i < sizeof suites / sizeof *suites; i++)
        srunner_add_suite(runner, suites[i]());
    int failed = messages_run(runner);
    srunner_free(runner);
    return failed == 0 ? 0 : 1;
}
