/**
 * The fields of users that are asked for, of those whose names are the same in every generation.
 *
 * @since 0.1.0
 */

/**
 * @category constants
 * @since 0.1.0
 */
export const user = ["user.fields", "protected,public_metrics,verified"] as const
