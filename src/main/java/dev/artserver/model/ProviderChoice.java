package dev.artserver.model;

import com.fasterxml.jackson.databind.node.ObjectNode;

/// Which model a thread talks to.
///
/// @param name a provider of the server's configuration
/// @param model the provider's own name of the model
/// @param options parameters for the provider (temperature, maxTokens, topP, stop, seed, …), never
///   credentials
public record ProviderChoice(String name, String model, ObjectNode options) {}
