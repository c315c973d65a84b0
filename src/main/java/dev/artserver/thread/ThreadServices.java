package dev.artserver.thread;

import dev.artserver.admission.Admission;
import dev.artserver.agent.AgentCore;
import dev.artserver.flow.Timers;
import dev.artserver.model.Fact;
import dev.artserver.model.Ids;
import dev.artserver.model.ThreadId;
import dev.artserver.provider.Providers;
import dev.artserver.store.ThreadStore;
import dev.artserver.tool.Tools;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;

/// All services of a thread's owner; shared by all threads.
///
/// @param witness gets the facts of a thread that became durable, on the owner's context; must be
///   fast
public record ThreadServices(
    ThreadsConfig config,
    ProfileRules profiles,
    ThreadStore store,
    Admission admission,
    Providers providers,
    Tools tools,
    Map<String, AgentCore> cores,
    Ids ids,
    InstantSource clock,
    Timers timers,
    BiConsumer<ThreadId, List<Fact>> witness) {
  public ThreadServices {
    cores = Map.copyOf(cores);
  }
}
