package dev.artserver.http.stream;

import dev.artserver.http.contract.ContractOperation;
import dev.artserver.http.exchange.StreamEncoder;
import dev.artserver.http.exchange.StreamEncoding;

/// Streams as Server-Sent Events (WHATWG HTML, 9.2).
public enum ServerSentEvents implements StreamEncoding {
  EVENTS;

  @Override
  public String mediaType() {
    return ContractOperation.EVENT_STREAM;
  }

  @Override
  public StreamEncoder encoder() {
    return new EventEncoder();
  }
}
