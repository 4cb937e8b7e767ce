/* onehot schema: prints the JSON Schema of a config. */
#include "config/keys.h"
#include "programs/commands.h"
#include "train/config.h"

static const struct option options[] = {END_OPTION};

static int run(const void *none, char **arguments, struct error *e) {
    struct text schema = {0};
    keys_schema(config_keys, "a onehot training config", &schema);
    return command_print(&schema, e);
}

const struct command schema_command = {
    .name = "schema",
    .title = "onehot schema",
    .summary = "print the JSON Schema of a config",
    .arguments = "",
    .options = options,
    .help = embed_programs_help_schema_txt,
    .run = run,
};
