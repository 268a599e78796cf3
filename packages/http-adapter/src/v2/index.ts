/** One namespace an endpoint of v2. */
export * as FollowUser from "./FollowUser.ts"
export * as Me from "./Me.ts"
export * as UnfollowUser from "./UnfollowUser.ts"
export * as UserLists from "./UserLists.ts"
export * as UsersByIds from "./UsersByIds.ts"
export * as UsersByUsernames from "./UsersByUsernames.ts"
