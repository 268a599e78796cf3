/** twitter-api-v2: the whole story, on both surfaces, by each way to lead it to the sandbox. */
import { tellStory } from "../support/play-story.ts"
import { clientBy, ways } from "../support/twitter-api-v2.ts"

for (const way of ways) {
  for (const surface of ["v1.1", "v2"] as const) tellStory(clientBy(way, surface))
}
