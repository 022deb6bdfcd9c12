"""What keeps the list private: keys and ciphers."""
