package dev.artserver.provider.call;

import dev.artserver.provider.CallTimes;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Keeps a meter that throws away from the calls it measures.
///
/// @param provider for logs
record SafeCallTimes(String provider, CallTimes times) implements CallTimes {
  private static final Logger LOG = LoggerFactory.getLogger(SafeCallTimes.class);

  @Override
  public void firstToken(long nanos) {
    try {
      times.firstToken(nanos);
    } catch (RuntimeException e) {
      onThrown(e);
    }
  }

  @Override
  public void ended(End how, long nanos) {
    try {
      times.ended(how, nanos);
    } catch (RuntimeException e) {
      onThrown(e);
    }
  }

  private void onThrown(RuntimeException cause) {
    LOG.atError()
        .addKeyValue("provider", provider)
        .setCause(cause)
        .log("The time of a call was not measured");
  }
}
