package dev.artserver.thread;

import dev.artserver.admission.Admission;
import dev.artserver.agent.AgentCore;
import dev.artserver.flow.Timers;
import dev.artserver.model.Ids;
import dev.artserver.provider.Providers;
import dev.artserver.store.ThreadStore;
import dev.artserver.tool.Tools;
import java.time.InstantSource;
import java.util.Map;

/// Everything a thread's owner works with; one for all threads.
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
    Timers timers) {
  public ThreadServices {
    cores = Map.copyOf(cores);
  }
}
